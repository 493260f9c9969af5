using System.Runtime.CompilerServices;
using Goim.Logic.Routing.Nodes;
using Goim.Logic.Routing.Ring;
using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Logic.Routing.Lookup;

/// <summary>Looks up many users: a packed MGet for each node and batch. Nodes are asked in parallel.</summary>
/// <remarks>goim logic/router.go divideNode and getSubKeys, which drops the answer of a node that fails.</remarks>
internal sealed class BatchLookup(RingNodes nodes, int batchSize)
{
    /// <summary>Most calls under way at one node.</summary>
    private const int CallsPerNode = 4;

    /// <summary>Looks up users.</summary>
    /// <param name="userIds">Each id once. The result refers to this memory.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async Task<FoundSessions> FindAsync(ReadOnlyMemory<long> userIds, CancellationToken cancellationToken)
    {
        // The previous owner first, as in RouterClient.GetAsync.
        var before = nodes.ByPreviousOwner(userIds);
        var answersBefore = before is null ? [] : await CallAllAsync(before, cancellationToken);
        var now = nodes.ByOwner(userIds);
        var answers = answersBefore.Concat(await CallAllAsync(now, cancellationToken)).ToArray();
        var failures = answers.Where(answer => answer.Reply is null).Select(answer => answer.Failure).ToArray();
        var unknown = UnknownUsers.TakeFrom(answers);
        var users = answers.Where(answer => answer.Reply is not null).Select(answer => new PackedUsers(answer.UserIds, answer.Reply!));
        PackedUsers[] found = nodes.IsChanging ? [PackedUsers.Merged(users, cancellationToken)] : [.. users];
        return new FoundSessions(nodes, found, failures, unknown, now, before);
    }

    private async Task<BatchReply[]> CallAllAsync(UsersByNode<NodeClient> users, CancellationToken cancellationToken)
    {
        var calls = users.Groups.Select(group => CallAsync(group.Node, group.UserIds, cancellationToken)).ToArray();
        await Task.WhenAll(calls);
        return calls.Length == 1 ? await calls[0] : [.. calls.SelectMany(call => call.Result)];
    }

    private async Task<BatchReply[]> CallAsync(NodeClient node, ReadOnlyMemory<long> userIds, CancellationToken cancellationToken)
    {
        var answers = new BatchReply[(userIds.Length + batchSize - 1) / batchSize];
        var (next, failed) = (-1, (StrongBox<NodeFailure>?)null);
        if (answers.Length == 1)
        {
            await CallNextAsync();
        }
        else
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(CallsPerNode, answers.Length)).Select(_ => CallNextAsync()));
        }

        return answers;

        async Task CallNextAsync()
        {
            while (Interlocked.Increment(ref next) is var i && i < answers.Length)
            {
                // Once a batch has failed the lookup fails, so the other batches need no call.
                var batch = userIds.Slice(i * batchSize, Math.Min(batchSize, userIds.Length - (i * batchSize)));
                var answer = Volatile.Read(ref failed) is { } failure
                    ? new NodeReply<PackedMGetReply>(null, failure.Value)
                    : await node.MGetAsync(ArgOf(batch.Span), cancellationToken);
                answers[i] = new BatchReply(batch, node.Name, answer.Reply, answer.Failure);
                if (answer.Reply is null)
                {
                    Volatile.Write(ref failed, new StrongBox<NodeFailure>(answer.Failure));
                }
            }
        }
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
}
