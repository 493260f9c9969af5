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
    private readonly EdgeOffsets edges = new(window);
    private IConsumer<byte[]?, byte[]?>? consumer;
    private volatile Error? lastError;

    private IConsumer<byte[]?, byte[]?> Consumer => consumer ??= side.Consumer(error => lastError = error);

    private TopicOffsets Offsets => new(side, Consumer, timeout);

    public int Partitions => progress.Ends.Count;

    /// <summary>Offsets of the first records to read.</summary>
    public IReadOnlyCollection<long> Starts => progress.Starts.Values;

    /// <summary>Finds the partitions, where to begin and where to end.</summary>
    /// <exception cref="TargetFailure">No broker answers, or the topic cannot be used.</exception>
    public void Open() => Ask(() =>
    {
        FindEnds();
        var found = window.FromMs is { } from ? Offsets.From(progress.Ends.Keys, from) : null;
        foreach (var (partition, end) in progress.Ends)
        {
            // No record from that time on, or records have no timestamps. The last one tells which.
            progress.Start(partition, found is not null
                ? found[partition] ?? Math.Max(Offsets.Low(partition), end - 1)
                : window.FromEnd ? end : Offsets.Low(partition));
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
            var due = edges.Due - watch.Elapsed;
            var next = Next(due > Poll ? Poll : due > TimeSpan.Zero ? due : TimeSpan.Zero);

            // After the reading: what was read while an edge began may have been written after that.
            Ask(() => edges.Pass(watch.Elapsed, Offsets.Ends));
            Take(next, isToEnd: false, take);
        }

        if (window.Duration is not null)
        {
            Ask(() => edges.Pass(watch.Elapsed, Offsets.Ends));

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

            if (Next(Poll) is { } next)
            {
                Take(next, isToEnd: true, take);
                idle.Restart();
            }
            else if (idle.Elapsed > timeout)
            {
                throw side.Failure($"no record came for {timeout.TotalSeconds:0} s, and {progress.Missing} are not read{Reason()}.");
            }
        }
    }

    /// <summary>The value of one record. Null if the record has been deleted, or cannot be read any more.</summary>
    public byte[]? ValueAt(Place place)
    {
        Consumer.Assign(At(place.Partition, place.Offset));
        try
        {
            return Consume(timeout) is { IsPartitionEOF: false } next && next.Offset.Value == place.Offset ? next.Message.Value : null;
        }
        catch (ConsumeException)
        {
            // Deleted.
            return null;
        }
    }

    public void Dispose() => consumer?.Dispose();

    private void FindEnds()
    {
        var ends = Offsets.Ends();
        if (progress.Positions.Count > 0 && progress.Positions.Count != ends.Count)
        {
            throw side.Failure($"the topic had {progress.Positions.Count} partitions, and has {ends.Count}: compare it again.");
        }

        foreach (var (partition, end) in ends)
        {
            progress.Ends[partition] = end;
        }
    }

    private void Take(ConsumeResult<byte[]?, byte[]?>? next, bool isToEnd, Action<ConsumeResult<byte[]?, byte[]?>, bool> take)
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
            take(next, window.IsEdge(timestamp) || edges.Has(partition, next.Offset.Value));
        }
    }

    private ConsumeResult<byte[]?, byte[]?>? Next(TimeSpan wait)
    {
        try
        {
            return Consume(wait);
        }
        catch (ConsumeException deleted)
        {
            throw side.Failure(
                $"records of partition {deleted.ConsumerRecord.Partition.Value} were deleted before they were read: compare newer ones.",
                deleted);
        }
    }

    // Null if none came in time. Throws if the record at the position has been deleted.
    private ConsumeResult<byte[]?, byte[]?>? Consume(TimeSpan wait)
    {
        try
        {
            return Consumer.Consume(wait);
        }
        catch (ConsumeException failed) when (failed.Error.Code != ErrorCode.Local_AutoOffsetReset)
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
