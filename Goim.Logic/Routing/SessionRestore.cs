using System.Collections.Concurrent;
using Goim.Protocol;

namespace Goim.Logic.Routing;

/// <summary>Puts many sessions at once: those with a number are restored under it, the others get one.</summary>
public sealed class SessionRestore(RouterNodes nodes, RouterClient router)
{
    /// <summary>Puts of new sessions under way: each is a call of its own, since a batch of them could not be repeated.</summary>
    private const int NewAtOnce = 32;

    private const string NotPut = "its sessions are not put, repeat them.";

    /// <summary>Puts <paramref name="puts"/>; what failed is told by index, the rest is done.</summary>
    public async Task<Restored> MPutAsync(IReadOnlyList<PutArg> puts, CancellationToken cancellationToken)
    {
        var seqs = new int[puts.Count];
        var problems = new ConcurrentQueue<Problem>();
        var restored = Enumerable.Range(0, puts.Count).Where(i => puts[i].Seq > 0)
            .GroupBy(i => nodes.OwnerOf(puts[i].UserId))
            .Select(node => RestoreAsync(node.Key, [.. node]));
        await Task.WhenAll(restored.Append(Parallel.ForEachAsync(
            Enumerable.Range(0, puts.Count).Where(i => puts[i].Seq == 0),
            new ParallelOptions { MaxDegreeOfParallelism = NewAtOnce, CancellationToken = cancellationToken },
            PutAsync)));
        return new Restored(seqs, problems.TryPeek(out var first) ? first : null);

        async Task RestoreAsync(RouterNodeClient node, int[] indexes)
        {
            foreach (var batch in indexes.Chunk(nodes.BatchSize))
            {
                var answer = await node.CallAsync(RouterCalls.MPut, new MPutArg { Puts = { batch.Select(i => puts[i]) } }, cancellationToken);
                if (answer.Reply is not { } reply)
                {
                    problems.Enqueue(NodeFailure.Problem([answer.Failure], NotPut));
                    continue;
                }

                for (var i = 0; i < batch.Length; i++)
                {
                    seqs[batch[i]] = reply.Seqs[i];
                }
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
    }
}

/// <summary>What became of many puts.</summary>
/// <param name="Seqs">Number of each session, in order; 0 where it failed.</param>
/// <param name="Problem">Why the first that failed did; null if none.</param>
public sealed record Restored(IReadOnlyList<int> Seqs, Problem? Problem);
