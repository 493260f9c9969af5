using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.Kafka;

public sealed class BrokerProbeTests
{
    // librdkafka's client ends the process if it is destroyed under a call.
    [Fact]
    public async Task Questions_under_way_are_answered_when_the_probe_is_disposed()
    {
        var (kafka, topic) = (Options.Create(new KafkaOptions { Brokers = TestHost.Brokers }), TestHost.NewTopic());
        for (var round = 0; round < 30; round++)
        {
            var probe = new BrokerProbe(kafka, new KafkaToken(kafka, NullLogger<KafkaToken>.Instance));
            Assert.Equal(ErrorCode.NoError, (await probe.AskAsync(topic, Eventually.Limit)).Code);
            var asked = Enumerable.Range(0, 8).Select(_ => probe.AskAsync(topic, Eventually.Limit)).ToArray();

            probe.Dispose();
            probe.Dispose();

            Assert.All(
                await Task.WhenAll(asked), answer => Assert.True(answer.Code is ErrorCode.NoError or ErrorCode.Local_Destroy, $"{answer}"));
        }
    }

    [Fact]
    public async Task A_disposed_probe_asks_nothing()
    {
        var kafka = Options.Create(new KafkaOptions { Brokers = TestHost.Brokers });
        var probe = new BrokerProbe(kafka, new KafkaToken(kafka, NullLogger<KafkaToken>.Instance));
        probe.Dispose();

        Assert.Equal(ErrorCode.Local_Destroy, (await probe.AskAsync("any", Eventually.Limit)).Code);
        Assert.Equal(
            ErrorCode.Local_Destroy,
            (await Assert.ThrowsAsync<KafkaException>(() => probe.EndsAsync("any", Eventually.Limit))).Error.Code);
    }
}
