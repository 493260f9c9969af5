using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing;

/// <summary>What becomes of a node's calls where other nodes share its sessions: one that does not answer is stood in for.</summary>
internal sealed class StandIns
{
    private static readonly TimeSpan Probe = TimeSpan.FromMilliseconds(500);
    private IReadOnlyList<RouterNodeClient> others = [];
    private int hangs;

    /// <summary>The other nodes, in the order in which they are asked.</summary>
    public void Set(IReadOnlyList<RouterNodeClient> nodes) => others = nodes;

    /// <summary>Asks a node, and if it does not answer the others that share its sessions, within one deadline.</summary>
    /// <param name="owner">The node.</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="isRepeatable">Whether it may be asked again though it may have arrived.</param>
    /// <param name="ask">Asks a node until a deadline.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async Task<NodeReply<TReply>> CallAsync<TReply>(
        RouterNodeClient owner, TimeSpan timeout, bool isRepeatable, Func<RouterNodeClient, DateTime, Task<NodeReply<TReply>>> ask, CancellationToken cancellationToken)
        where TReply : class
    {
        var (now, isShared) = (DateTime.UtcNow, others.Count > 0 && owner.IsShared is true);
        var answer = isShared && Volatile.Read(ref hangs) == 1
            ? new NodeReply<TReply>(null, new NodeFailure(owner.Name, StatusCode.DeadlineExceeded) { IsUnsent = true })
            : await ask(owner, now + (isShared ? timeout / 2 : timeout));
        if (isShared && answer.Failure.Status == StatusCode.DeadlineExceeded && Interlocked.Exchange(ref hangs, 1) == 0)
        {
            _ = ProbeAsync(owner);
        }

        foreach (var other in others)
        {
            if (answer.Reply is not null || !answer.Failure.IsUnreachable || !(isRepeatable || answer.Failure.IsUnsent) || !await SharesAsync(owner, other, cancellationToken))
            {
                break;
            }

            var instead = await ask(other, now + timeout);
            answer = instead.Reply is not null || !instead.Failure.IsUnsent ? instead : answer;
        }

        return answer;
    }

    // A node that was down when this process started has not said; then the other one tells.
    private static async Task<bool> SharesAsync(RouterNodeClient owner, RouterNodeClient other, CancellationToken cancellationToken)
    {
        if (other.IsShared is null)
        {
            await other.AskAsync(RouterCalls.Ping, new NoArg(), cancellationToken);
        }

        return other.IsShared is true && owner.IsShared is not false;
    }

    // A node that takes calls and does not answer holds up none of them but the first.
    private async Task ProbeAsync(RouterNodeClient owner)
    {
        using var timer = new PeriodicTimer(Probe);
        while (await timer.WaitForNextTickAsync() && (await owner.AskAsync(RouterCalls.Ping, new NoArg(), CancellationToken.None)).Reply is null)
        {
            // Not yet.
        }

        Volatile.Write(ref hangs, 0);
    }
}
