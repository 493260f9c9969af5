using Confluent.Kafka;
using Goim.Logic.Delivery;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A record as a Kafka client read it off the broker.</summary>
public sealed record ReadRecord(int Partition, long Offset, byte[]? Key, byte[] Value)
{
    public string? KeyHex => Key is null ? null : Convert.ToHexStringLower(Key);

    public string Text => System.Text.Encoding.UTF8.GetString(Value);
}

/// <summary>Reads all of a topic with a plain Kafka consumer.</summary>
internal static class RecordReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Everything on the topic up to its end as it is now, partition by partition.</summary>
    public static IReadOnlyList<ReadRecord> ReadAll(string brokers, string topic)
    {
        KafkaLibrary.Use();
        using var consumer = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig
        {
            BootstrapServers = brokers,
            GroupId = $"test-{Guid.NewGuid():N}",
            EnableAutoCommit = false,
            FetchWaitMaxMs = 20,
            MaxPartitionFetchBytes = 8_000_000,
        }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var ends = admin.GetMetadata(topic, Patience).Topics.Single().Partitions
            .Select(partition => new TopicPartition(topic, partition.PartitionId))
            .ToDictionary(partition => partition, partition => consumer.QueryWatermarkOffsets(partition, Patience).High.Value);
        var expected = ends.Values.Sum();
        consumer.Assign(ends.Where(end => end.Value > 0).Select(end => new TopicPartitionOffset(end.Key, 0)));

        var records = new List<ReadRecord>();
        while (records.Count < expected)
        {
            var record = consumer.Consume(Patience) ?? throw new TimeoutException($"{records.Count} of {expected} records of {topic} came.");
            records.Add(new ReadRecord(record.Partition.Value, record.Offset.Value, record.Message.Key, record.Message.Value ?? []));
        }

        return [.. records.OrderBy(record => record.Partition).ThenBy(record => record.Offset)];
    }
}
