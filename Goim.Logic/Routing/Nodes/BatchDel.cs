using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Deletes many sessions: an MDel for each node and batch, all in parallel.</summary>
internal sealed class BatchDel(RingNodes nodes, int batchSize)
{
    /// <summary>Deletes sessions, each at the user's node, and during a change of the ring also at the previous one.</summary>
    /// <param name="keys">The sessions.</param>
    /// <param name="isMoved">Whether they have moved: then they are deleted at the previous node only.</param>
    /// <param name="ageMs">The age that the deletions have now. Called for each attempt.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async Task<DelReplies> RunAsync(
        SubKey[] keys, bool isMoved, Func<long> ageMs, CancellationToken cancellationToken)
    {
        var users = Array.ConvertAll(keys, key => key.UserId);
        var calls = new List<Task<(List<int> Indexes, NodeReply<MDelReply> Answer)>>();
        foreach (var (node, indexes) in nodes.GroupByPreviousOwner(users).Concat(isMoved ? [] : nodes.GroupByOwner(users)))
        {
            for (var start = 0; start < indexes.Count; start += batchSize)
            {
                var batch = indexes.GetRange(start, Math.Min(batchSize, indexes.Count - start));
                calls.Add(DelAsync(node, batch, keys, ageMs, cancellationToken));
            }
        }

        var has = new bool?[keys.Length];
        Array.Fill(has, false);
        var failed = new List<FailedPart>();
        foreach (var (indexes, answer) in await Task.WhenAll(calls))
        {
            if (answer.Reply is not { } reply)
            {
                failed.Add(new FailedPart(answer.Failure, indexes));
                continue;
            }

            for (var i = 0; i < indexes.Count; i++)
            {
                has[indexes[i]] |= reply.Has[i];
            }
        }

        foreach (var i in failed.SelectMany(part => part.Indexes))
        {
            has[i] = null;
        }

        return new DelReplies(has, failed);
    }

    private static async Task<(List<int> Indexes, NodeReply<MDelReply> Answer)> DelAsync(
        NodeClient node, List<int> indexes, SubKey[] keys, Func<long> ageMs, CancellationToken cancellationToken)
    {
        var answer = await node.DeleteAsync(RouterCalls.MDel, ArgNow, cancellationToken);
        return answer.Reply is { } reply && reply.Has.Count != indexes.Count
            ? (indexes, NodeReply<MDelReply>.Failed(node.Name, StatusCode.DataLoss))
            : (indexes, answer);

        MDelArg ArgNow()
        {
            var arg = new MDelArg { Dels = { Capacity = indexes.Count } };
            var age = ageMs();
            foreach (var i in indexes)
            {
                arg.Dels.Add(new DelArg { UserId = keys[i].UserId, Seq = keys[i].Seq, AgeMs = age });
            }

            return arg;
        }
    }
}

/// <summary>The outcome of many deletions.</summary>
/// <param name="Has">Whether each session was there and is deleted, in order; null if a node did not confirm it.</param>
/// <param name="Failed">What nodes did not confirm. During a change of the ring, a session may be in two parts.</param>
internal sealed record DelReplies(bool?[] Has, IReadOnlyList<FailedPart> Failed);
