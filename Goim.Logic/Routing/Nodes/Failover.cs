using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>
/// Calls a node, and fails over to another address that sees the same sessions: another address of the node, or another node over the same
/// store. All attempts share one deadline. The first attempt has half of it, so that an address that hangs delays only the first call.
/// </summary>
/// <param name="node">Name of the node.</param>
/// <param name="addresses">Its addresses. Calls start at each in turn.</param>
/// <param name="timeout">Deadline of a call, all attempts included.</param>
internal sealed class Failover(string node, NodeAddress[] addresses, TimeSpan timeout)
{
    private uint turn;

    /// <summary>Addresses of the other nodes, in the order in which they are asked.</summary>
    public NodeAddress[] Others { get; set; } = [];

    /// <summary>Whether other nodes see the same sessions. Null until the node has answered.</summary>
    public bool? IsShared
    {
        get
        {
            foreach (var address in addresses)
            {
                if (address.IsShared is { } shared)
                {
                    return shared;
                }
            }

            return null;
        }
    }

    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<TReply>> CallAsync<TArg, TReply>(
        RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
        where TReply : class
    {
        var now = DateTime.UtcNow;
        var start = addresses.Length == 1 ? 0 : NextAddress();
        var count = addresses.Length + Others.Length;
        var hasOthers = count > 1 && IsShared is true;
        var answer = new NodeReply<TReply>(null, new NodeFailure(node, StatusCode.DeadlineExceeded));
        var (isTried, mayHaveArrived) = (false, false);
        for (var i = 0; i < count && answer.Reply is null && answer.Failure.IsTriedElsewhere; i++)
        {
            var address = i < addresses.Length ? addresses[(start + i) % addresses.Length] : Others[i - addresses.Length];
            if (hasOthers && address.IsHanging)
            {
                continue;
            }

            if (i >= addresses.Length && !await SharesAsync(address, cancellationToken))
            {
                break;
            }

            var attempt = await address.CallAsync(call, arg, now + (i == 0 && hasOthers ? timeout / 2 : timeout), cancellationToken);
            if (hasOthers && attempt.Failure is { Status: StatusCode.DeadlineExceeded, IsUnreachable: true })
            {
                address.TimedOut();
            }

            mayHaveArrived |= attempt.Failure.MayHaveArrived;

            // An address that could not be reached, or cannot serve the store's data, says nothing about the one before it.
            var isAnswered = attempt.Reply is not null || attempt.Failure is { IsUnreachable: false, IsOfOneProcess: false };
            answer = !isTried || isAnswered || attempt.Failure.MayHaveArrived ? attempt : answer;
            isTried = true;
        }

        if (!isTried)
        {
            // Every address hangs. One is called all the same, since it may answer again.
            answer = await addresses[start].CallAsync(call, arg, now + timeout, cancellationToken);
            mayHaveArrived = answer.Failure.MayHaveArrived;
        }

        // The failure is this node's, whichever address was tried last.
        return answer.Reply is null
            ? answer with { Failure = answer.Failure with { Node = node, MayHaveArrived = mayHaveArrived } }
            : answer;
    }

    // Each address in turn, without those that are down.
    private int NextAddress()
    {
        var next = (int)(Interlocked.Increment(ref turn) % (uint)addresses.Length);
        for (var i = 0; i < addresses.Length && addresses[next].IsDown; i++)
        {
            next = (next + 1) % addresses.Length;
        }

        return next;
    }

    // The store of a node is unknown until the node has answered. Then the other node's store decides.
    private async Task<bool> SharesAsync(NodeAddress other, CancellationToken cancellationToken)
    {
        if (other.IsShared is null)
        {
            await other.PingAsync(cancellationToken);
        }

        return other.IsShared is true && IsShared is not false;
    }
}
