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
        using var lines = new LogLines();
        using var loggers = new LoggerFactory([lines]);
        var time = new FakeTimeProvider();
        using var check = new TopicCheck(["pushes"], probe, time, loggers.CreateLogger<TopicCheck>());

        await check.StartAsync(CancellationToken.None);
        var first = await UntilAsync(1);
        var second = await UntilAsync(2);
        var third = await UntilAsync(3);
        await check.StopAsync(CancellationToken.None);

        // A line is seen at most two steps after it is logged.
        Assert.True(second - first >= TimeSpan.FromMinutes(1) - (2 * Step), $"{second - first}");
        Assert.True(third - second >= TimeSpan.FromMinutes(1) - (2 * Step), $"{third - second}");

        async Task<DateTimeOffset> UntilAsync(int count)
        {
            await Eventually.UntilAsync(() =>
            {
                if (lines.Count("Kafka topic pushes cannot be used: UnknownTopicOrPart") == count)
                {
                    return true;
                }

                time.Advance(Step);
                return false;
            });
            return time.GetUtcNow();
        }
    }
}
