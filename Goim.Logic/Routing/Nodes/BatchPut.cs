using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Puts many sessions: an MPut for each node and batch. Nodes are called in parallel.</summary>
internal sealed class BatchPut(RingNodes nodes, int batchSize)
{
    /// <summary>Puts sessions, each at the node that owns its user.</summary>
    /// <param name="sessions">The sessions. One that is null is left out.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async Task<PutReplies> RunAsync(IReadOnlyList<PutArg?> sessions, CancellationToken cancellationToken)
    {
        var seqs = new int[sessions.Count];
        var failed = await Task.WhenAll(
            nodes.GroupByOwner(sessions).Select(group => PutAsync(group.Key, group.Value, sessions, seqs, cancellationToken)));
        return new PutReplies(seqs, [.. failed.SelectMany(each => each)]);
    }

    private async Task<List<FailedPart>> PutAsync(
        NodeClient node, List<int> indexes, IReadOnlyList<PutArg?> sessions, int[] seqs, CancellationToken cancellationToken)
    {
        var failed = new List<FailedPart>();
        for (var start = 0; start < indexes.Count; start += batchSize)
        {
            var batch = indexes.GetRange(start, Math.Min(batchSize, indexes.Count - start));
            var arg = new MPutArg { Puts = { Capacity = batch.Count } };
            foreach (var i in batch)
            {
                arg.Puts.Add(sessions[i]);
            }

            var answer = await node.CallAsync(RouterCalls.MPut, arg, cancellationToken);
            if (answer.Reply is not { } reply)
            {
                failed.Add(new FailedPart(answer.Failure.OfMany(), batch));
            }
            else if (reply.Seqs.Count != batch.Count || (reply.Refusals.Count != 0 && reply.Refusals.Count != batch.Count))
            {
                failed.Add(new FailedPart(new NodeFailure(node.Name, StatusCode.DataLoss) { MayHaveArrived = true }, batch));
            }
            else
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    seqs[batch[i]] = reply.Seqs[i];
                }

                failed.AddRange(Refused(node.Name, batch, reply));
            }
        }

        return failed;
    }

    private static IEnumerable<FailedPart> Refused(string node, List<int> batch, MPutReply reply) =>
        !reply.Seqs.Contains(0) ? []
        : Enumerable.Range(0, batch.Count).Where(i => reply.Seqs[i] == 0)
            .GroupBy(i => reply.Refusals.Count == 0 ? PutRefusal.None : reply.Refusals[i], i => batch[i])
            .Select(group => new FailedPart(FailureOf(node, group.Key, reply.MaxSessions), [.. group]));

    private static NodeFailure FailureOf(string node, PutRefusal refusal, int maxSessions) => refusal switch
    {
        PutRefusal.TooManySessions => new NodeFailure(node, StatusCode.ResourceExhausted) { MaxSessions = maxSessions },
        PutRefusal.TooManyRequests => new NodeFailure(node, StatusCode.ResourceExhausted),
        PutRefusal.RequestDeleted => new NodeFailure(node, StatusCode.Aborted),
        _ => new NodeFailure(node, StatusCode.Unknown) { MayHaveArrived = true },
    };
}

/// <summary>The outcome of many puts.</summary>
/// <param name="Seqs">The number of each session in order; 0 for one that failed or was left out.</param>
/// <param name="Failed">Those that failed.</param>
internal sealed record PutReplies(int[] Seqs, IReadOnlyList<FailedPart> Failed)
{
    /// <summary>The outcome of one put.</summary>
    public NodeReply<PutReply> Of(int index)
    {
        if (Seqs[index] > 0)
        {
            return new NodeReply<PutReply>(new PutReply { Seq = Seqs[index] }, default);
        }

        return new NodeReply<PutReply>(null, Failed.First(part => part.Indexes.Contains(index)).Failure);
    }
}
