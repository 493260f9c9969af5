using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Changes the rooms of many sessions: an MChangeRoom for each node and batch. Nodes are called in parallel.</summary>
internal sealed class BatchChange(RingNodes nodes, int batchSize)
{
    /// <summary>
    /// Makes calls for sessions, each at the user's node, and during a change of the ring also at the previous one. The answer of the node
    /// that has the session counts, first that of the user's node. If none has it, a failure counts.
    /// </summary>
    /// <returns>An answer for each session, in order.</returns>
    // Not cancelled when the caller leaves: whether the sessions have moved would not be known.
    public async Task<NodeReply<ChangeRoomReply>[]> RunAsync(ChangeRoomArg[] changes)
    {
        var users = Array.ConvertAll(changes, change => change.UserId);

        // A session moves from the previous owner to the new one. Asked in that order, one of them has it.
        var before = await CallAsync(nodes.GroupByPreviousOwner(users), changes);
        var answers = await CallAsync(nodes.GroupByOwner(users), changes);
        for (var i = 0; i < answers.Length; i++)
        {
            if (before[i] is { } old && answers[i] is not { Reply.Has: true })
            {
                answers[i] = old is { Reply.Has: true } || answers[i] is { Reply: not null } ? old : answers[i];
            }
        }

        return Array.ConvertAll(answers, answer => answer!.Value);
    }

    private async Task<NodeReply<ChangeRoomReply>?[]> CallAsync(Dictionary<NodeClient, List<int>> groups, ChangeRoomArg[] changes)
    {
        var answers = new NodeReply<ChangeRoomReply>?[changes.Length];
        await Task.WhenAll(groups.Select(group => CallAsync(group.Key, group.Value, changes, answers)));
        return answers;
    }

    private async Task CallAsync(
        NodeClient node, List<int> indexes, ChangeRoomArg[] changes, NodeReply<ChangeRoomReply>?[] answers)
    {
        for (var start = 0; start < indexes.Count; start += batchSize)
        {
            var batch = indexes.GetRange(start, Math.Min(batchSize, indexes.Count - start));
            var arg = new MChangeRoomArg { Changes = { batch.Select(i => changes[i]) } };
            var answer = await node.CallAsync(RouterCalls.MChangeRoom, arg, CancellationToken.None);
            if (answer.Reply is { } reply && reply.Changes.Count != batch.Count)
            {
                answer = new(null, new NodeFailure(node.Name, StatusCode.DataLoss) { MayHaveArrived = true });
            }

            var failure = batch.Count > 1 ? answer.Failure.OfMany() : answer.Failure;

            for (var i = 0; i < batch.Count; i++)
            {
                answers[batch[i]] = new NodeReply<ChangeRoomReply>(answer.Reply?.Changes[i], failure);
            }
        }
    }
}
