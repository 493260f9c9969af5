using System.Collections.Concurrent;
using Goim.Logic.Journal;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing;

/// <summary>Puts many sessions at once: those with a number are restored under it, then the others get one.</summary>
public sealed class SessionRestore(RouterNodes nodes, RouterClient router, RouterJournal journal, TimeProvider time)
{
    /// <summary>Puts of new sessions under way: each is a call of its own, since a batch of them could not be repeated.</summary>
    private const int AtOnce = 32;

    private const string NotPut = "its sessions are not put, repeat them.";

    /// <summary>Puts <paramref name="puts"/>; what failed is told by index, the rest is done.</summary>
    public async Task<Restored> MPutAsync(IReadOnlyList<PutArg> puts, CancellationToken cancellationToken)
    {
        var seqs = new int[puts.Count];
        var problems = new ConcurrentQueue<Problem>();
        var all = Enumerable.Range(0, puts.Count).ToArray();
        await Task.WhenAll(all.Where(i => puts[i].Seq > 0).GroupBy(i => nodes.OwnerOf(puts[i].UserId)).Select(node => RestoreAsync(node.Key, [.. node])));

        // Only now: a node gives a new session a number above those that it has restored. So a user of whom one is not restored gets none.
        var unrestored = all.Where(i => puts[i].Seq > 0 && seqs[i] == 0).Select(i => puts[i].UserId).ToHashSet();
        await ForEachAsync(all.Where(i => puts[i].Seq == 0 && !unrestored.Contains(puts[i].UserId)), PutAsync);
        await ForEachAsync(all.Where(i => puts[i].Seq > 0 && seqs[i] > 0 && nodes.PreviousOwnerOf(puts[i].UserId) is not null), LeaveAsync);
        return new Restored(seqs, problems.IsEmpty ? null : problems.First() with { Error = string.Join(' ', problems.Select(problem => problem.Error).Distinct()) });

        Task ForEachAsync(IEnumerable<int> indexes, Func<int, CancellationToken, ValueTask> action) =>
            Parallel.ForEachAsync(indexes, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, action);

        async Task RestoreAsync(RouterNodeClient node, int[] indexes)
        {
            foreach (var batch in indexes.Chunk(nodes.BatchSize))
            {
                var answer = await node.CallAsync(RouterCalls.MPut, new MPutArg { Puts = { batch.Select(i => puts[i]) } }, cancellationToken);
                if (answer.Reply is { } reply && reply.Seqs.Count == batch.Length)
                {
                    Array.ForEach([.. batch.Zip(reply.Seqs)], put => seqs[put.First] = put.Second);
                    continue;
                }

                problems.Enqueue(NodeFailure.Problem([answer.Reply is null ? answer.Failure : node.Failed<MPutReply>(StatusCode.DataLoss).Failure], NotPut));
            }
        }

        async ValueTask PutAsync(int i, CancellationToken cancellation)
        {
            if ((await router.PutAsync(puts[i], NotPut, cancellation)).Is(out var reply, out var problem))
            {
                seqs[i] = reply.Seq;
            }
            else
            {
                problems.Enqueue(problem);
            }
        }

        // The node that had the session before the ring changed forgets it, at once or from the journal: nobody else would ever tell it.
        async ValueTask LeaveAsync(int i, CancellationToken cancellation)
        {
            var (node, asked) = (nodes.PreviousOwnerOf(puts[i].UserId)!, time.GetUtcNow().ToUnixTimeMilliseconds());
            var answer = await node.CallAsync(RouterCalls.Del, new DelArg { UserId = puts[i].UserId, Seq = puts[i].Seq, BeforeUnixMs = asked }, cancellation);
            if (answer.Reply is null && !await journal.WriteAsync(new JournalEntry(node.Name, asked) { UserId = puts[i].UserId, Seq = puts[i].Seq }, cancellation))
            {
                seqs[i] = 0;
                problems.Enqueue(NodeFailure.Problem([answer.Failure], "it may still hold sessions that have moved, repeat them."));
            }
        }
    }
}

/// <summary>What became of many puts.</summary>
/// <param name="Seqs">Number of each session, in order; 0 where it failed.</param>
/// <param name="Problem">Why those that failed did; null if none.</param>
public sealed record Restored(IReadOnlyList<int> Seqs, Problem? Problem);
