using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Faults.Delivery;

[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class RefusedTopicFaultTests
{
    [Fact]
    public async Task A_missing_topic_is_logged_within_5_seconds_of_the_start()
    {
        using var broker = new EmbeddedBroker();
        using var log = new LogLines();
        var missing = new TestBroker(broker.Brokers, topic =>
        {
            broker.CreateTopic(topic);
            broker.SetTopicError(topic, ErrorCode.UnknownTopicOrPart);
            return Task.CompletedTask;
        });
        await using var host = await TestHost.StartAsync(missing, ["1"], log.AddTo, "--Logging:LogLevel:Default=Warning");

        await Eventually.UntilAsync(
            () => Task.FromResult(log.Count($"Kafka topic {host.Topic} cannot be used") == 1), TimeSpan.FromSeconds(5));
    }
}
