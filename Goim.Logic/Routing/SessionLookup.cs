using Goim.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Goim.Logic.Routing;

/// <summary>The sessions of many users: one packed MGet a node and batch, nodes beside each other.</summary>
/// <remarks>goim logic/router.go divideNode and getSubKeys, which drops the answer of a node that fails.</remarks>
public sealed class SessionLookup(RouterNodes nodes)
{
    /// <summary>Batches under way at one node.</summary>
    private const int BatchesPerNode = 4;

    /// <summary>What the nodes answered, and which of them failed.</summary>
    /// <param name="userIds">Each once; what is found refers to them.</param>
    /// <param name="cancellationToken">The caller left.</param>
    internal async Task<SessionsFound> FindAsync(ReadOnlyMemory<long> userIds, CancellationToken cancellationToken)
    {
        // As in RouterClient.GetAsync: a user's old owner first.
        var before = nodes.ByPreviousOwner(userIds);
        var answersBefore = before is null ? [] : await AskAllAsync(before, cancellationToken);
        var now = nodes.ByOwner(userIds);
        var answers = answersBefore.Concat(await AskAllAsync(now, cancellationToken)).ToArray();
        var failures = answers.Where(answer => answer.Reply is null).Select(answer => answer.Failure).ToArray();
        var users = answers.Where(answer => answer.Reply is not null).Select(answer => new PackedUsers(answer.UserIds, answer.Reply!));
        return new SessionsFound(nodes, nodes.IsChanging ? [PackedUsers.Merged(users)] : [.. users], failures, now, before);
    }

    private async Task<BatchAnswer[]> AskAllAsync(UsersByNode users, CancellationToken cancellationToken)
    {
        var asked = users.Groups.Select(group => AskAsync(group.Node, group.UserIds, cancellationToken)).ToArray();
        await Task.WhenAll(asked);
        return asked.Length == 1 ? await asked[0] : [.. asked.SelectMany(node => node.Result)];
    }

    private async Task<BatchAnswer[]> AskAsync(RouterNodeClient node, ReadOnlyMemory<long> userIds, CancellationToken cancellationToken)
    {
        var answers = new BatchAnswer[(userIds.Length + nodes.BatchSize - 1) / nodes.BatchSize];
        var (next, failed) = (-1, (int)StatusCode.OK);
        if (answers.Length == 1)
        {
            await AskNextAsync();
        }
        else
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(BatchesPerNode, answers.Length)).Select(_ => AskNextAsync()));
        }

        return answers;

        async Task AskNextAsync()
        {
            while (Interlocked.Increment(ref next) is var i && i < answers.Length)
            {
                // The answer cannot be whole any more once a batch has failed.
                var batch = userIds.Slice(i * nodes.BatchSize, Math.Min(nodes.BatchSize, userIds.Length - (i * nodes.BatchSize)));
                var status = (StatusCode)Volatile.Read(ref failed);
                var answer = status != StatusCode.OK ? node.Failed<PackedMGetReply>(status) : await node.MGetAsync(Arg(batch.Span), cancellationToken);
                answers[i] = new BatchAnswer(batch, answer.Reply, answer.Failure);
                if (answer.Reply is null)
                {
                    Volatile.Write(ref failed, (int)answer.Failure.Status);
                }
            }
        }
    }

    private static PackedMGetArg Arg(ReadOnlySpan<long> userIds)
    {
        var arg = new PackedMGetArg();
        arg.UserIds.AddRange(userIds);
        return arg;
    }

    private readonly record struct BatchAnswer(ReadOnlyMemory<long> UserIds, PackedMGetReply? Reply, NodeFailure Failure);
}
