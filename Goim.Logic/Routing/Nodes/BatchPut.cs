using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Restores many sessions under their numbers: an MPut for each node and batch. Nodes are called in parallel.</summary>
internal sealed class BatchPut(RingNodes nodes, int batchSize)
{
    /// <summary>Restores sessions, each at the node that owns its user.</summary>
    /// <param name="sessions">Sessions with a number.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <returns>The number of each session in order, 0 for those that failed, and the nodes that failed.</returns>
    public async Task<(int[] Seqs, NodeFailure[] Failures)> RunAsync(IReadOnlyList<PutArg> sessions, CancellationToken cancellationToken)
    {
        var seqs = new int[sessions.Count];
        var byNode = Enumerable.Range(0, sessions.Count).GroupBy(i => nodes.OwnerOf(sessions[i].UserId));
        var failures = await Task.WhenAll(byNode.Select(group => PutAsync(group.Key, [.. group])));
        return (seqs, [.. failures.SelectMany(each => each)]);

        async Task<List<NodeFailure>> PutAsync(NodeClient node, int[] indexes)
        {
            var failed = new List<NodeFailure>();
            foreach (var batch in indexes.Chunk(batchSize))
            {
                var arg = new MPutArg { Puts = { batch.Select(i => sessions[i]) } };
                var answer = await node.CallAsync(RouterCalls.MPut, arg, cancellationToken);
                if (answer.Reply is { } reply && reply.Seqs.Count == batch.Length)
                {
                    for (var i = 0; i < batch.Length; i++)
                    {
                        seqs[batch[i]] = reply.Seqs[i];
                    }
                }
                else
                {
                    failed.Add(answer.Reply is null ? answer.Failure : new NodeFailure(node.Name, StatusCode.DataLoss));
                }
            }

            return failed;
        }
    }
}
