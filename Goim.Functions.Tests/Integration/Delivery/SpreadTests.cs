using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Goim.LocalHost.Broker;
using Goim.Logic.Delivery;
using Goim.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.Delivery;

/// <summary>On which partitions the records of one acknowledged push are.</summary>
public sealed class SpreadTests
{
    private const int Servers = 20;

    // A fresh host does not know the partitions before a broker has answered.
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(32)]
    public async Task The_records_of_one_push_are_on_as_many_partitions_as_there_are(int partitions)
    {
        using var broker = new EmbeddedBroker();
        await using var host = await StartAsync(broker, partitions);
        var users = string.Join(',', Enumerable.Range(1, Servers));

        await Eventually.UntilAsync(async () =>
        {
            host.LeaveOutWhatIsThere();
            Assert.Equal(1, (await host.PostAsync("/1/pushs?ack=broker", $$"""{"m":1,"u":[{{users}}]}""")).Ret());
            var records = host.Records();
            Assert.Equal(Servers, records.Count);
            return records.Select(record => record.Partition).Distinct().Count() == Math.Min(partitions, Servers);
        });
    }

    [Fact]
    public async Task The_records_of_a_room_stay_on_one_partition()
    {
        using var broker = new EmbeddedBroker();
        await using var host = await StartAsync(broker, partitions: 7);
        var users = string.Join(',', Enumerable.Range(1, Servers));
        await Eventually.UntilAsync(async () =>
        {
            host.LeaveOutWhatIsThere();
            await host.PostAsync("/1/pushs?ack=broker", $$"""{"m":1,"u":[{{users}}]}""");
            return host.Records().Select(record => record.Partition).Distinct().Count() == 7;
        });
        host.LeaveOutWhatIsThere();

        for (var i = 0; i < 3; i++)
        {
            var answer = await host.PostAsync("/1/push/rooms?ack=broker", """{"m":1,"r":[1,2,3,4,5,6,7,8,9,10]}""");
            Assert.Equal(1, answer.Ret());
        }

        Assert.Equal(1, (await host.PostAsync("/1/push/room?rid=3&ack=broker", "m")).Ret());
        Assert.Equal(
            Enumerable.Range(1, 10).Select(room => (room.ToString("x8", null), 1, room == 3 ? 4 : 3)),
            host.Records()
                .GroupBy(record => record.KeyHex!)
                .OrderBy(room => room.Key)
                .Select(room => (room.Key, room.Select(record => record.Partition).Distinct().Count(), room.Count())));
    }

    // As after a topic has gained partitions: the app asks for them more often than the producer does.
    [Fact]
    public async Task A_partition_that_the_producer_does_not_know_loses_no_record()
    {
        using var broker = new EmbeddedBroker();
        using var grown = new EmbeddedBroker();
        broker.CreateTopic("pushes", partitions: 2);
        grown.CreateTopic("pushes", partitions: 32);
        var (now, later) = (KafkaOf(broker), KafkaOf(grown));
        var token = new KafkaToken(now, NullLogger<KafkaToken>.Instance);
        using var probe = new BrokerProbe(later, token);
        using var partitions = new TopicPartitions(later, probe, TimeProvider.System);
        using var producer = new RecordProducer(
            now,
            Options.Create(new ProducerOptions()),
            token,
            partitions,
            TestMetrics.New(),
            TimeProvider.System,
            NullLogger<RecordProducer>.Instance);
        await producer.SendAsync([PushRecord.Broadcast("first"u8.ToArray())], null);
        await partitions.StartAsync(CancellationToken.None);
        await Eventually.UntilAsync(() => partitions.For(Servers).Of(0) is not null);

        var result = await producer.SendAsync([.. Enumerable.Repeat(PushRecord.Broadcast("m"u8.ToArray()), Servers)], null);

        await partitions.StopAsync(CancellationToken.None);
        Assert.Equal((DeliveryOutcome.All, Servers), (result.Outcome, result.Acknowledgements.Length));
        Assert.All(result.Acknowledgements.ToArray(), static acknowledgement => Assert.InRange(acknowledgement.Partition, 0, 1));
    }

    private static IOptions<KafkaOptions> KafkaOf(EmbeddedBroker broker) =>
        Options.Create(new KafkaOptions { Brokers = broker.Brokers, Topic = "pushes", EventsTopic = "events" });

    private static async Task<TestHost> StartAsync(EmbeddedBroker broker, int partitions)
    {
        var topics = new TestBroker(broker.Brokers, topic =>
        {
            broker.CreateTopic(topic, partitions);
            return Task.CompletedTask;
        });
        var host = await TestHost.StartAsync(topics, ["1"]);
        var puts = Enumerable.Range(1, Servers).Select(user => new PutArg { UserId = user, Server = user });
        await host.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });
        return host;
    }
}
