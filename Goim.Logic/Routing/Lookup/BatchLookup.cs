using System.Runtime.CompilerServices;
using Goim.Logic.Routing.Nodes;
using Goim.Logic.Routing.Ring;
using Goim.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Goim.Logic.Routing.Lookup;

/// <summary>Looks up many users: a packed MGet for each node and batch. Nodes are asked in parallel.</summary>
/// <remarks>goim logic/router.go divideNode and getSubKeys, which drops the answer of a node that fails.</remarks>
internal sealed class BatchLookup(RingNodes nodes, int batchSize)
{
    /// <summary>Most calls under way at one node.</summary>
    private const int CallsPerNode = 4;

    /// <summary>Looks up users.</summary>
    /// <param name="userIds">Each id once. The result refers to this memory.</param>
    /// <param name="maxSessions">Fails if the users have more sessions. <see cref="long.MaxValue"/> for no limit.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async Task<FoundSessions> FindAsync(ReadOnlyMemory<long> userIds, long maxSessions, CancellationToken cancellationToken)
    {
        // The previous owner first, as in RouterClient.GetAsync.
        var before = nodes.ByPreviousOwner(userIds);
        var answersBefore = before is null ? [] : await CallAllAsync(before, maxSessions, cancellationToken);
        var now = nodes.ByOwner(userIds);
        var answers = answersBefore.Concat(await CallAllAsync(now, maxSessions, cancellationToken)).ToArray();
        var failures = answers.Where(answer => answer.Reply is null).Select(answer => answer.Failure).ToArray();
        var unknown = UnknownUsers.TakeFrom(answers);
        var users = answers.Where(answer => answer.Reply is not null).Select(answer => new PackedUsers(answer.UserIds, answer.Reply!));
        PackedUsers[] found = nodes.IsChanging ? [PackedUsers.Merged(users, cancellationToken)] : [.. users];
        return new FoundSessions(nodes, found, failures, unknown, now, before);
    }

    private async Task<BatchReply[]> CallAllAsync(
        UsersByNode<NodeClient> users, long maxSessions, CancellationToken cancellationToken)
    {
        var limit = new SessionLimit(maxSessions);
        var calls = users.Groups.Select(group => CallAsync(group.Node, group.UserIds, limit, cancellationToken)).ToArray();
        await Task.WhenAll(calls);
        return calls.Length == 1 ? await calls[0] : [.. calls.SelectMany(call => call.Result)];
    }

    private async Task<BatchReply[]> CallAsync(
        NodeClient node, ReadOnlyMemory<long> userIds, SessionLimit limit, CancellationToken cancellationToken)
    {
        var answers = new BatchReply[(userIds.Length + batchSize - 1) / batchSize][];
        var (next, failed) = (-1, (StrongBox<NodeFailure>?)null);
        if (answers.Length == 1)
        {
            await CallNextAsync();
            return answers[0];
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(CallsPerNode, answers.Length)).Select(_ => CallNextAsync()));
        return [.. answers.SelectMany(each => each)];

        async Task CallNextAsync()
        {
            while (Interlocked.Increment(ref next) is var i && i < answers.Length)
            {
                // Once a batch has failed the lookup fails, so the other batches need no call.
                var batch = userIds.Slice(i * batchSize, Math.Min(batchSize, userIds.Length - (i * batchSize)));
                answers[i] = Volatile.Read(ref failed) is { } failure
                    ? [new BatchReply(batch, node.Name, null, failure.Value)]
                    : await AskAsync(node, batch, limit, cancellationToken);
                if (answers[i][^1] is { Reply: null } last)
                {
                    Volatile.Write(ref failed, new StrongBox<NodeFailure>(last.Failure));
                }
            }
        }
    }

    // Halves the users if the answer would be too large. The last answer tells whether a call failed.
    private static async Task<BatchReply[]> AskAsync(
        NodeClient node, ReadOnlyMemory<long> userIds, SessionLimit limit, CancellationToken cancellationToken)
    {
        var answer = await node.MGetAsync(ArgOf(userIds.Span), cancellationToken);
        if (answer.Reply is { } reply && !limit.Allows(reply.Seqs.Count))
        {
            var tooMany = new NodeFailure(node.Name, StatusCode.ResourceExhausted) { Reason = RefusalReason.Size };
            return [new BatchReply(userIds, node.Name, null, tooMany)];
        }

        if (answer.Failure.Reason != RefusalReason.Size || limit.IsSet || userIds.Length == 1)
        {
            return [new BatchReply(userIds, node.Name, answer.Reply, answer.Failure.OfUser(userIds.Span))];
        }

        var half = userIds.Length / 2;
        var answers = await AskAsync(node, userIds[..half], limit, cancellationToken);
        return answers[^1].Reply is null ? answers : [.. answers, .. await AskAsync(node, userIds[half..], limit, cancellationToken)];
    }

    private static PackedMGetArg ArgOf(ReadOnlySpan<long> userIds)
    {
        var arg = new PackedMGetArg { AllowUnknown = true };
        arg.UserIds.AddRange(userIds);
        return arg;
    }

    /// <summary>A node's answer for a batch of users.</summary>
    /// <param name="UserIds">The users.</param>
    /// <param name="Node">Name of the node.</param>
    /// <param name="Reply">The answer; null if the node failed.</param>
    /// <param name="Failure">The failure of the node.</param>
    internal readonly record struct BatchReply(ReadOnlyMemory<long> UserIds, string Node, PackedMGetReply? Reply, NodeFailure Failure);

    /// <summary>Counts the sessions that a lookup has found.</summary>
    /// <param name="max">Maximum number of sessions; <see cref="long.MaxValue"/> for no limit.</param>
    private sealed class SessionLimit(long max)
    {
        private long found;

        public bool IsSet => max < long.MaxValue;

        public bool Allows(int more) => Interlocked.Add(ref found, more) <= max;
    }
}
