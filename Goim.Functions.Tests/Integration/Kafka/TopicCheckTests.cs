using System.Collections.Concurrent;
using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Goim.LocalHost.Broker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Kafka;

public sealed class TopicCheckTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_topic_that_stays_missing_is_logged_once_a_minute()
    {
        using var broker = new EmbeddedBroker("pushes");
        broker.SetTopicError("pushes", ErrorCode.UnknownTopicOrPart);
        var kafka = Options.Create(new KafkaOptions { Brokers = broker.Brokers });
        using var probe = new BrokerProbe(kafka, new KafkaToken(kafka, NullLogger<KafkaToken>.Instance));
        var time = new FakeTimeProvider();
        using var lines = new Lines(time);
        using var loggers = new LoggerFactory([lines]);
        using var check = new TopicCheck(["pushes"], probe, time, loggers.CreateLogger<TopicCheck>());

        await check.StartAsync(CancellationToken.None);
        await Eventually.UntilAsync(() =>
        {
            time.Advance(Step);
            return lines.Times.Count >= 3;
        });
        await check.StopAsync(CancellationToken.None);

        // The time may go on by a step between the decision to log and the line.
        var times = lines.Times.ToArray();
        Assert.True(times[1] - times[0] >= TimeSpan.FromMinutes(1) - Step, $"{times[1] - times[0]}");
        Assert.True(times[2] - times[1] >= TimeSpan.FromMinutes(1) - Step, $"{times[2] - times[1]}");
    }

    // When each line about the topic is logged.
    private sealed class Lines(TimeProvider time) : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<DateTimeOffset> Times { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = formatter(state, exception);
            Assert.StartsWith("Kafka topic pushes cannot be used: UnknownTopicOrPart", line, StringComparison.Ordinal);
            Times.Enqueue(time.GetUtcNow());
        }

        public void Dispose()
        {
        }
    }
}
