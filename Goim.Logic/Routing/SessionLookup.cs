using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing;

/// <summary>The sessions of many users: one MGet a node and batch, nodes beside each other.</summary>
/// <remarks>goim logic/router.go divideNode and getSubKeys, which drops the answer of a node that fails.</remarks>
public sealed class SessionLookup(RouterNodes nodes)
{
    /// <summary>Batches under way at one node.</summary>
    private const int BatchesPerNode = 4;

    /// <summary>As the nodes answered, each node's users in the order asked; or the problem that names the nodes that did not.</summary>
    public async Task<Outcome<MGetReply[]>> MGetAsync(ReadOnlyMemory<long> userIds, string consequence, CancellationToken cancellationToken)
    {
        var found = await FindAsync(userIds, cancellationToken);
        return found.Failures.Length > 0 ? NodeFailure.Problem(found.Failures, consequence) : found.Replies;
    }

    /// <summary>What the nodes answered, and which of them failed.</summary>
    internal async Task<SessionsFound> FindAsync(ReadOnlyMemory<long> userIds, CancellationToken cancellationToken)
    {
        // As in RouterClient.GetAsync: a user's old owner first.
        var before = await AskAllAsync(Grouped(userIds.Span, nodes.PreviousOwnerOf));
        var answers = before.Concat(await AskAllAsync(Grouped(userIds.Span, nodes.OwnerOf))).SelectMany(answer => answer).ToArray();
        var failures = answers.Where(answer => answer.Reply is null).Select(answer => answer.Failure).ToArray();
        var replies = answers.Where(answer => answer.Reply is not null).Select(answer => answer.Reply!).ToArray();
        return new SessionsFound(nodes, nodes.IsChanging ? [Merged(replies)] : replies, failures);

        Task<NodeReply<MGetReply>[][]> AskAllAsync(Dictionary<RouterNodeClient, List<MGetArg>> grouped) =>
            Task.WhenAll(grouped.Select(node => AskAsync(node.Key, node.Value, cancellationToken)));
    }

    // While the ring changes, a user may be known to both its nodes: its sessions are told once.
    private static MGetReply Merged(MGetReply[] replies)
    {
        var merged = new MGetReply();
        var users = replies.SelectMany(reply => reply.UserIds.Zip(reply.Sessions)).GroupBy(user => user.First, user => user.Second);
        foreach (var user in users)
        {
            merged.UserIds.Add(user.Key);
            merged.Sessions.Add(RouterClient.Merged(user));
        }

        return merged;
    }

    private static async Task<NodeReply<MGetReply>[]> AskAsync(RouterNodeClient node, List<MGetArg> batches, CancellationToken cancellationToken)
    {
        var answers = new NodeReply<MGetReply>[batches.Count];
        var failed = (int)StatusCode.OK;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, batches.Count),
            new ParallelOptions { MaxDegreeOfParallelism = BatchesPerNode, CancellationToken = cancellationToken },
            async (i, cancellation) =>
            {
                // The answer cannot be whole any more once a batch has failed.
                var status = (StatusCode)Volatile.Read(ref failed);
                answers[i] = status != StatusCode.OK
                    ? node.Failed<MGetReply>(status)
                    : WellFormed(node, batches[i], await node.CallAsync(RouterCalls.MGet, batches[i], cancellation));
                if (answers[i].Reply is null)
                {
                    Volatile.Write(ref failed, (int)answers[i].Failure.Status);
                }
            });
        return answers;
    }

    private static NodeReply<MGetReply> WellFormed(RouterNodeClient node, MGetArg asked, NodeReply<MGetReply> answer) =>
        answer.Reply is { } reply && (!reply.UserIds.Equals(asked.UserIds) || reply.Sessions.Count != asked.UserIds.Count || !reply.Sessions.All(RouterClient.IsWellFormed))
            ? node.Failed<MGetReply>(StatusCode.DataLoss)
            : answer;

    private Dictionary<RouterNodeClient, List<MGetArg>> Grouped(ReadOnlySpan<long> userIds, Func<long, RouterNodeClient?> nodeOf)
    {
        var grouped = new Dictionary<RouterNodeClient, List<MGetArg>>();
        foreach (var userId in userIds)
        {
            if (nodeOf(userId) is not { } node)
            {
                continue;
            }

            if (!grouped.TryGetValue(node, out var batches))
            {
                grouped.Add(node, batches = [new MGetArg()]);
            }

            if (batches[^1].UserIds.Count == nodes.BatchSize)
            {
                batches.Add(new MGetArg());
            }

            batches[^1].UserIds.Add(userId);
        }

        return grouped;
    }
}

/// <summary>The sessions of many users, as far as the nodes answered.</summary>
/// <param name="Nodes">Who owns whom.</param>
/// <param name="Replies">Each node's users in the order asked.</param>
/// <param name="Failures">Nodes that failed, wholly or in part.</param>
internal readonly record struct SessionsFound(RouterNodes Nodes, MGetReply[] Replies, NodeFailure[] Failures)
{
    /// <summary>The failures of nodes that would know a user; none if its sessions are known whole.</summary>
    public IEnumerable<NodeFailure> FailuresOf(long userId)
    {
        var (owner, before) = (Nodes.OwnerOf(userId).Name, Nodes.PreviousOwnerOf(userId)?.Name);
        return Failures.Where(failure => failure.Node == owner || failure.Node == before);
    }
}
