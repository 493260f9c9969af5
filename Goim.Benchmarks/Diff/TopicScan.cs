using System.Diagnostics;
using Confluent.Kafka;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Diff;

/// <summary>Reads one side's topic.</summary>
/// <param name="side">The topic.</param>
/// <param name="window">Which records.</param>
/// <param name="timeout">Maximum wait for an answer of a broker.</param>
internal sealed class TopicScan(TopicSide side, ReadWindow window, TimeSpan timeout) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>How long to read on after Ctrl+C what has come. The process ends two seconds after it.</summary>
    private static readonly TimeSpan AfterInterrupt = TimeSpan.FromSeconds(1);
    private readonly ScanProgress progress = new();
    private IConsumer<byte[]?, byte[]?>? consumer;
    private volatile Error? lastError;

    private IConsumer<byte[]?, byte[]?> Consumer => consumer ??= side.Consumer(error => lastError = error);

    public int Partitions => progress.Ends.Count;

    /// <summary>Finds the partitions, where to begin and where to end.</summary>
    /// <exception cref="TargetFailure">No broker answers, or the topic cannot be used.</exception>
    public void Open() => Ask(() =>
    {
        FindEnds();
        if (window.FromMs is { } from)
        {
            var times = progress.Ends.Keys.Select(partition =>
                new TopicPartitionTimestamp(side.Topic, partition, new Timestamp(from, TimestampType.CreateTime)));
            foreach (var found in Consumer.OffsetsForTimes(times, timeout))
            {
                // Offset.End: there is no such record, or records have no timestamps. The last one tells which.
                var end = progress.Ends[found.Partition.Value];
                var low = Consumer.QueryWatermarkOffsets(found.TopicPartition, timeout).Low.Value;
                progress.Positions[found.Partition.Value] = found.Offset.Value >= 0 ? found.Offset.Value : Math.Max(low, end - 1);
            }

            return;
        }

        foreach (var partition in progress.Ends.Keys)
        {
            progress.Positions[partition] = window.FromEnd
                ? progress.Ends[partition]
                : Consumer.QueryWatermarkOffsets(new TopicPartition(side.Topic, partition), timeout).Low.Value;
        }
    });

    /// <summary>Reads the records of the window. Returns early if it is cancelled.</summary>
    /// <param name="take">Gets each record, and whether it is at an edge.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="TargetFailure">The records cannot be read.</exception>
    public void Read(Action<ConsumeResult<byte[]?, byte[]?>, bool> take, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        Consumer.Assign(progress.Positions.Select(each => At(each.Key, each.Value)));
        while (watch.Elapsed < window.Duration && !cancellationToken.IsCancellationRequested)
        {
            Take(Next(), isToEnd: false, watch.Elapsed, take);
        }

        if (window.Duration is not null)
        {
            // What came in time and is not read yet, which is also how a broker that is away is noticed.
            Ask(FindEnds);
        }

        var rest = Stopwatch.StartNew();
        for (var idle = Stopwatch.StartNew(); !progress.IsAtEnd;)
        {
            if (cancellationToken.IsCancellationRequested && (window.Duration is null || rest.Elapsed > AfterInterrupt))
            {
                return;
            }

            if (Next() is { } next)
            {
                Take(next, isToEnd: true, watch.Elapsed, take);
                idle.Restart();
            }
            else if (idle.Elapsed > timeout)
            {
                throw side.Failure($"no record came for {timeout.TotalSeconds:0} s, and {progress.Missing} are not read{Reason()}.");
            }
        }
    }

    /// <summary>The value of one record. Null if it cannot be read any more.</summary>
    public byte[]? ValueAt(Place place)
    {
        Consumer.Assign(At(place.Partition, place.Offset));
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < timeout;)
        {
            if (Next() is { } next)
            {
                return next.Offset.Value == place.Offset && !next.IsPartitionEOF ? next.Message.Value : null;
            }
        }

        return null;
    }

    public void Dispose() => consumer?.Dispose();

    private void FindEnds()
    {
        using var admin = new DependentAdminClientBuilder(Consumer.Handle).Build();
        var found = admin.GetMetadata(side.Topic, timeout).Topics.Single();
        if (found.Error.IsError)
        {
            throw side.Failure($"topic '{side.Topic}' cannot be read: {found.Error.Reason}.");
        }

        if (progress.Positions.Count > 0 && progress.Positions.Count != found.Partitions.Count)
        {
            throw side.Failure($"the topic had {progress.Positions.Count} partitions, and has {found.Partitions.Count}: compare it again.");
        }

        foreach (var partition in found.Partitions.Select(static partition => partition.PartitionId))
        {
            progress.Ends[partition] = Consumer.QueryWatermarkOffsets(new TopicPartition(side.Topic, partition), timeout).High.Value;
        }
    }

    private void Take(
        ConsumeResult<byte[]?, byte[]?>? next, bool isToEnd, TimeSpan elapsed, Action<ConsumeResult<byte[]?, byte[]?>, bool> take)
    {
        if (next is null)
        {
            return;
        }

        var partition = next.Partition.Value;
        progress.Positions[partition] = next.IsPartitionEOF ? next.Offset.Value : next.Offset.Value + 1;
        if (next.IsPartitionEOF || (isToEnd && next.Offset.Value >= progress.Ends[partition]))
        {
            // The second: a record that came later.
            return;
        }

        var timestamp = next.Message.Timestamp.Type == TimestampType.NotAvailable ? -1 : next.Message.Timestamp.UnixTimestampMs;
        if (window.UsesTimestamps && timestamp < 0)
        {
            throw side.Failure(
                $"the record at partition {next.Partition.Value}, offset {next.Offset.Value} has no timestamp: expected one with --from or "
                + "--until and a time. goim's own logic writes none.");
        }

        if (window.Has(timestamp))
        {
            take(next, window.IsEdge(timestamp, elapsed));
        }
    }

    // Null if none came within a moment.
    private ConsumeResult<byte[]?, byte[]?>? Next()
    {
        try
        {
            return Consumer.Consume(Poll);
        }
        catch (ConsumeException failed) when (failed.Error.Code == ErrorCode.Local_AutoOffsetReset)
        {
            throw side.Failure(
                $"records of partition {failed.ConsumerRecord.Partition.Value} were deleted before they were read: compare newer ones.",
                failed);
        }
        catch (ConsumeException failed)
        {
            // librdkafka tries again.
            lastError = failed.Error;
            return null;
        }
    }

    private void Ask(Action question)
    {
        try
        {
            question();
        }
        catch (KafkaException failed)
        {
            throw side.Failure(
                failed.Error.IsLocalError
                    ? $"no broker of {side.Brokers} answered within {timeout.TotalSeconds:0} s{Reason()}."
                    : $"topic '{side.Topic}' cannot be read: {failed.Error.Reason}.",
                failed);
        }
    }

    private string Reason() => lastError is { } error ? $" ({error.Reason})" : "";

    private TopicPartitionOffset At(int partition, long offset) => new(side.Topic, partition, offset);
}
