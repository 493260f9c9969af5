using Confluent.Kafka;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Diff;

/// <summary>Reads both sides at the same time.</summary>
/// <param name="scans">A and B.</param>
/// <param name="content">Reads a record.</param>
/// <param name="counts">Gets the deliveries.</param>
/// <param name="compared">The kinds of records whose deliveries count.</param>
internal sealed class Comparison(TopicScan[] scans, RecordContent content, DeliveryCounts counts, IReadOnlySet<RecordKind> compared)
{
    /// <summary>Returns the number of records of each side by kind. Returns early if it is cancelled.</summary>
    /// <param name="begun">Is called when every record that comes from now on will be read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="TargetFailure">A side cannot be read.</exception>
    public async Task<long[][]> RunAsync(Action begun, CancellationToken cancellationToken)
    {
        // The first failure ends the other side.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var records = scans.Select(static _ => new long[Enum.GetValues<RecordKind>().Length]).ToArray();

        // Both are open before one reads, so that both begin at the same time.
        await BothAsync(side => scans[side].Open(), stop);
        begun();
        await BothAsync(side => scans[side].Read(Taker(side, records[side]), stop.Token), stop);
        return records;
    }

    private static async Task BothAsync(Action<int> work, CancellationTokenSource stop)
    {
        // librdkafka's calls block.
        var both = Enumerable.Range(0, 2).Select(side => Task.Factory.StartNew(
            () => work(side), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var first = await Task.WhenAny(both);
        if (first.IsFaulted)
        {
            await stop.CancelAsync();
        }

        try
        {
            await Task.WhenAll(both);
        }
        catch (TargetFailure)
        {
            // Both sides' sentences, A's first.
            var failures = both.Select(static each => each.Exception?.InnerException).OfType<TargetFailure>();
            throw new TargetFailure(string.Join('\n', failures.Select(static failure => failure.Message).Distinct()));
        }
    }

    private Action<ConsumeResult<byte[]?, byte[]?>, bool> Taker(int side, long[] records)
    {
        var deliveries = new List<Delivery>();
        return (record, isEdge) =>
        {
            var kind = content.Read(record.Message.Key, record.Message.Key is not null, record.Message.Value, deliveries);
            records[(int)kind]++;
            if (compared.Contains(kind))
            {
                foreach (var delivery in deliveries)
                {
                    counts.Add(side, delivery, new Place(record.Partition.Value, record.Offset.Value), isEdge);
                }
            }
        };
    }
}
