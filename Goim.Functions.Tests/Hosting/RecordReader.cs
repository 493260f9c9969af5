using Confluent.Kafka;
using Goim.Kafka;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A record as a Kafka client read it off the broker.</summary>
public sealed record ReadRecord(int Partition, long Offset, byte[]? Key, byte[] Value)
{
    public string? KeyHex => Key is null ? null : Convert.ToHexStringLower(Key);

    public string Text => System.Text.Encoding.UTF8.GetString(Value);
}

/// <summary>Reads topics with a plain Kafka consumer.</summary>
internal sealed class RecordReader : IDisposable
{
    private readonly IConsumer<byte[]?, byte[]> consumer;
    private readonly IAdminClient admin;

    public RecordReader(string brokers)
    {
        KafkaLibrary.Use();
        consumer = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig
        {
            BootstrapServers = brokers,
            GroupId = $"test-{Guid.NewGuid():N}",
            EnableAutoCommit = false,
            FetchWaitMaxMs = 20,
            MaxPartitionFetchBytes = 8_000_000,
        }).Build();
        admin = new DependentAdminClientBuilder(consumer.Handle).Build();
    }

    /// <summary>All records of a topic up to its current end, partition by partition.</summary>
    public static IReadOnlyList<ReadRecord> ReadAll(string brokers, string topic)
    {
        using var reader = new RecordReader(brokers);
        return reader.Read(topic, new Dictionary<TopicPartition, long>());
    }

    /// <summary>The end of each partition of a topic: the offset that its next record will have.</summary>
    public IReadOnlyDictionary<TopicPartition, long> Ends(string topic) => admin
        .GetMetadata(topic, Eventually.Limit).Topics.Single().Partitions
        .Select(partition => new TopicPartition(topic, partition.PartitionId))
        .ToDictionary(partition => partition, partition => consumer.QueryWatermarkOffsets(partition, Eventually.Limit).High.Value);

    /// <summary>
    /// The records of a topic from <paramref name="starts"/> (0 unless given) to its current end, partition by partition.
    /// </summary>
    public IReadOnlyList<ReadRecord> Read(string topic, IReadOnlyDictionary<TopicPartition, long> starts)
    {
        var ranges = Ends(topic)
            .Select(end => (Partition: end.Key, Start: starts.GetValueOrDefault(end.Key), End: end.Value))
            .Where(range => range.Start < range.End)
            .ToList();
        var expected = ranges.Sum(range => range.End - range.Start);
        if (expected == 0)
        {
            return [];
        }

        consumer.Assign(ranges.Select(range => new TopicPartitionOffset(range.Partition, range.Start)));
        var records = new List<ReadRecord>();
        while (records.Count < expected)
        {
            var record = consumer.Consume(Eventually.Limit)
                ?? throw new TimeoutException($"{records.Count} of {expected} records of {topic} came.");
            records.Add(new ReadRecord(record.Partition.Value, record.Offset.Value, record.Message.Key, record.Message.Value ?? []));
        }

        consumer.Unassign();
        return [.. records.OrderBy(record => record.Partition).ThenBy(record => record.Offset)];
    }

    public void Dispose()
    {
        admin.Dispose();
        consumer.Dispose();
    }
}
