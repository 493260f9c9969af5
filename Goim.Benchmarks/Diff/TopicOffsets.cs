using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Goim.Benchmarks.Diff;

/// <summary>Asks the brokers for the partitions and offsets of one side's topic.</summary>
/// <param name="side">The topic.</param>
/// <param name="consumer">Its consumer, whose connections are used.</param>
/// <param name="timeout">Maximum wait for an answer.</param>
internal sealed class TopicOffsets(TopicSide side, IConsumer<byte[]?, byte[]?> consumer, TimeSpan timeout)
{
    /// <summary>The end of each partition: the offset that the next record gets.</summary>
    /// <exception cref="Targets.TargetFailure">The topic cannot be used.</exception>
    /// <exception cref="KafkaException">No broker answers, or one refuses.</exception>
    public IReadOnlyDictionary<int, long> Ends()
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var found = admin.GetMetadata(side.Topic, timeout).Topics.Single();
        if (found.Error.IsError)
        {
            throw side.Failure($"topic '{side.Topic}' cannot be read: {found.Error.Reason}.");
        }

        // All partitions in one request to each broker: one by one, each would wait for the running fetch.
        var questions = found.Partitions.Select(partition => new TopicPartitionOffsetSpec
        {
            TopicPartition = new TopicPartition(side.Topic, partition.PartitionId),
            OffsetSpec = OffsetSpec.Latest(),
        });
        var answers = admin.ListOffsetsAsync(questions, new ListOffsetsOptions { RequestTimeout = timeout }).GetAwaiter().GetResult();
        return answers.ResultInfos.ToDictionary(
            static answer => answer.TopicPartitionOffsetError.Partition.Value,
            static answer => answer.TopicPartitionOffsetError.Error.IsError
                ? throw new KafkaException(answer.TopicPartitionOffsetError.Error)
                : answer.TopicPartitionOffsetError.Offset.Value);
    }

    /// <summary>Offset of a partition's oldest record.</summary>
    /// <exception cref="KafkaException">No broker answers, or one refuses.</exception>
    public long Low(int partition) => consumer.QueryWatermarkOffsets(new TopicPartition(side.Topic, partition), timeout).Low.Value;

    /// <summary>The first record of each partition from a time on. Null: there is none, or records have no timestamps.</summary>
    /// <exception cref="KafkaException">No broker answers, or one refuses.</exception>
    public IReadOnlyDictionary<int, long?> From(IEnumerable<int> partitions, long timestampMs)
    {
        var times = partitions.Select(partition => new TopicPartitionTimestamp(
            side.Topic, partition, new Timestamp(timestampMs, TimestampType.CreateTime)));
        return consumer.OffsetsForTimes(times, timeout)
            .ToDictionary(
                static found => found.Partition.Value, static found => found.Offset.Value >= 0 ? found.Offset.Value : (long?)null);
    }
}
