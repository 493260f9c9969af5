using System.Collections.Concurrent;
using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Goim.LocalHost.Broker;
using Goim.Logic.Delivery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.Delivery;

public sealed class ProducerScopeTests
{
    // Log scopes and traces flow as this value does.
    private static readonly AsyncLocal<string?> Invocation = new();

    [Fact]
    public async Task A_producer_logs_outside_of_the_invocation_that_made_it()
    {
        using var broker = new EmbeddedBroker("pushes", "events");
        var kafka = Options.Create(new KafkaOptions { Brokers = broker.Brokers, Topic = "pushes", EventsTopic = "events" });
        var lines = new Lines();
        Invocation.Value = "first";
        var token = new KafkaToken(kafka, NullLogger<KafkaToken>.Instance);
        using var probe = new BrokerProbe(kafka, token);
        using var producer = new RecordProducer(
            kafka,
            Options.Create(new ProducerOptions()),
            token,
            new TopicPartitions(kafka, probe, TimeProvider.System),
            TestMetrics.New(),
            TimeProvider.System,
            lines);
        Assert.Equal(DeliveryOutcome.All, (await producer.SendAsync([PushRecord.Broadcast("m"u8.ToArray())], null)).Outcome);

        broker.SetDown();

        await Eventually.UntilAsync(() => !lines.Invocations.IsEmpty);
        Assert.All(lines.Invocations, invocation => Assert.Equal("none", invocation));
    }

    private sealed class Lines : ILogger<RecordProducer>
    {
        public ConcurrentQueue<string> Invocations { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Invocations.Enqueue(Invocation.Value ?? "none");
    }
}
