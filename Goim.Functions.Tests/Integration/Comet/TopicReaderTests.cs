using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>A comet's reader of the topic on a real Kafka protocol.</summary>
public sealed class TopicReaderTests : IDisposable
{
    private const string Topic = "pushes";
    private readonly EmbeddedBroker broker = new(Topic);
    private readonly TopicProducer producer;

    public TopicReaderTests() => producer = new TopicProducer(broker.Brokers, Topic);

    public void Dispose()
    {
        producer.Dispose();
        broker.Dispose();
    }

    [Fact]
    public async Task Records_from_before_the_start_are_not_delivered()
    {
        for (var partition = 0; partition < EmbeddedBroker.Partitions; partition++)
        {
            await producer.WriteToAllAsync("before", partition);
        }

        await using var reader = await TestTopicReader.StartAsync(broker.Brokers, Topic);
        var client = await reader.ConnectAsync(new SubKey(42, 1), 1);
        for (var partition = 0; partition < EmbeddedBroker.Partitions; partition++)
        {
            await producer.WriteToAllAsync($"{partition}", partition);
        }

        await Eventually.UntilAsync(() => client.Messages.Count >= EmbeddedBroker.Partitions);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7"], client.Messages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_record_goes_to_its_receivers()
    {
        await using var reader = await TestTopicReader.StartAsync(broker.Brokers, Topic);
        var first = await reader.ConnectAsync(new SubKey(42, 1), 1);
        var second = await reader.ConnectAsync(new SubKey(42, 2), 1);
        var other = await reader.ConnectAsync(new SubKey(43, 1), 2);

        await producer.WriteAsync("""{"op":"multiple","server":3,"subkeys":["42_1","43_1"],"msg":"a2V5cw=="}""");
        await producer.WriteAsync("""{"op":"multiple","server":4,"subkeys":["42_1","43_1"],"msg":"b3RoZXI="}""");
        await producer.WriteAsync("""{"op":"broadcast_room","roomid":1,"msg":"cm9vbQ=="}""");
        await producer.WriteAsync("""{"op":"broadcast","msg":"YWxs"}""");

        await Eventually.UntilAsync(() => new[] { first, second, other }.All(client => client.Messages.Contains("all")));
        Assert.Equal(["keys", "room", "all"], first.Messages);
        Assert.Equal(["room", "all"], second.Messages);
        Assert.Equal(["keys", "all"], other.Messages);
    }

    [Fact]
    public async Task Records_of_a_partition_keep_their_order()
    {
        await using var reader = await TestTopicReader.StartAsync(broker.Brokers, Topic);
        var client = await reader.ConnectAsync(new SubKey(42, 1), 1);

        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => producer.WriteToAllAsync($"{i}")));

        await Eventually.UntilAsync(() => client.Messages.Count >= 2_000);
        Assert.Equal(Enumerable.Range(0, 2_000).Select(i => $"{i}"), client.Messages);
    }

    [Fact]
    public async Task What_cannot_be_read_stops_nothing()
    {
        await using var reader = await TestTopicReader.StartAsync(broker.Brokers, Topic);
        var client = await reader.ConnectAsync(new SubKey(42, 1), 1);

        await producer.WriteAsync("no JSON", partition: 5);
        await producer.WriteAsync((byte[]?)null);
        await producer.WriteAsync("""{"op":"broadcast","msg":"?"}""");
        await producer.WriteAsync("""{"op":"server_del","server":3}""");
        await producer.WriteToAllAsync("after");
        await producer.WriteToAllAsync("after", partition: 5);

        await Eventually.UntilAsync(() => client.Messages.Count >= 2);
        Assert.Equal(["after", "after"], client.Messages);
        Assert.Equal((3, 1), (reader.Counters.UnreadableRecords, reader.Counters.SkippedRecords));
        Assert.Equal(1, reader.Log.Count("of the push topic cannot be read"));
    }

    // The embedded broker keeps 5 MiB of a partition.
    [Fact]
    public async Task A_record_that_is_longer_than_a_usual_answer_arrives()
    {
        await using var reader = await TestTopicReader.StartAsync(broker.Brokers, Topic, ("KafkaMaxRecordBytes", "20000000"));
        var client = await reader.ConnectAsync(new SubKey(42, 1), 1);

        await producer.WriteToAllAsync(new string('m', 3_500_000));
        await Eventually.UntilAsync(() => client.Messages.Count >= 1);
        await producer.WriteToAllAsync("after");

        await Eventually.UntilAsync(() => client.Messages.Count >= 2);
        Assert.Equal([3_500_000, 5], client.Messages.Select(each => each.Length));
    }

    [Fact]
    public async Task An_offset_out_of_range_means_the_oldest_record_that_is_there()
    {
        using var proxy = new BrokerProxy(broker);
        await using var reader = await TestTopicReader.StartAsync(proxy.Brokers, Topic);
        var client = await reader.ConnectAsync(new SubKey(42, 1), 1);
        using var other = new TopicProducer(proxy.Brokers, Topic);
        await other.WriteToAllAsync("before");
        await Eventually.UntilAsync(() => client.Messages.Count >= 1);

        // The broker keeps the newest 5 MiB.
        proxy.Hold();
        using (var meanwhile = new TopicProducer(proxy.Brokers, Topic))
        {
            for (var i = 0; i < 40; i++)
            {
                await meanwhile.WriteToAllAsync($"{i:d2}{new string(' ', 200_000)}");
            }
        }

        proxy.Release();

        await Eventually.UntilAsync(() => client.Messages[^1].StartsWith("39", StringComparison.Ordinal));
        var read = client.Messages.Skip(1).Select(message => message[..2]).ToList();
        Assert.InRange(read.Count, 1, 39);
        Assert.Equal(Enumerable.Range(40 - read.Count, read.Count).Select(i => $"{i:d2}"), read);
        Assert.Equal(1, reader.Counters.ResetOffsets);
        Assert.Equal(1, reader.Log.Count("Offset 1 of partition 0 of the push topic is out of range"));
    }
}
