using Grpc.Core;
using Grpc.Net.Client;

namespace Goim.Logic.Routing.Nodes;

/// <summary>
/// Tracks whether an address can be called. It is down if gRPC cannot connect. It hangs if it accepts calls and does not answer them.
/// </summary>
internal sealed class NodeHealth(GrpcChannel channel) : IDisposable
{
    private static readonly TimeSpan ReconnectCheck = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan HangCheck = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource stopped = new();
    private volatile bool isUnreached;
    private volatile bool isRefused;
    private int isReconnecting;
    private int isHanging;

    /// <summary>
    /// Whether gRPC reports that it cannot connect. While gRPC is still connecting, whether the last call failed to reach the node: a host
    /// that drops packets keeps gRPC connecting for long.
    /// </summary>
    public bool IsDown => channel.State switch
    {
        ConnectivityState.TransientFailure => true,
        ConnectivityState.Ready => false,
        _ => isUnreached,
    };

    public bool IsUp => channel.State == ConnectivityState.Ready && !isRefused;

    /// <summary>Whether the last call was refused for the app's token.</summary>
    public bool IsRefused => isRefused && !IsDown;

    /// <summary>Whether a call timed out and no ping has been answered since.</summary>
    public bool IsHanging => Volatile.Read(ref isHanging) == 1;

    /// <summary>A call was answered.</summary>
    public void Reached() => isUnreached = isRefused = false;

    /// <summary>A call failed.</summary>
    public void Failed(NodeFailure failure)
    {
        isRefused = failure.Reason == RefusalReason.Token;
        if (failure.IsUnreachable && failure.ColdMs == 0)
        {
            NotReached();
        }
    }

    /// <summary>A call did not reach the address, or was not made because it is down.</summary>
    public void NotReached()
    {
        isUnreached = true;
        if (Interlocked.Exchange(ref isReconnecting, 1) == 0)
        {
            _ = ReconnectAsync();
        }
    }

    /// <summary>A call timed out. The address counts as hanging until <paramref name="answers"/> returns true.</summary>
    public void TimedOut(Func<Task<bool>> answers)
    {
        if (Interlocked.Exchange(ref isHanging, 1) == 0)
        {
            _ = WatchAsync(answers);
        }
    }

    public void Dispose() => stopped.Cancel();

    // While the address is down no call makes gRPC connect. So gRPC is asked to connect whenever its channel has become idle.
    private async Task ReconnectAsync()
    {
        using var timer = new PeriodicTimer(ReconnectCheck);
        while (channel.State is not (ConnectivityState.Ready or ConnectivityState.Shutdown) && !stopped.IsCancellationRequested)
        {
            if (channel.State == ConnectivityState.Idle)
            {
                _ = ConnectAsync();
            }

            await TickAsync(timer);
        }

        Volatile.Write(ref isReconnecting, 0);
    }

    private async Task WatchAsync(Func<Task<bool>> answers)
    {
        using var timer = new PeriodicTimer(HangCheck);
        do
        {
            await TickAsync(timer);
        }
        while (!stopped.IsCancellationRequested && !await answers());
        Volatile.Write(ref isHanging, 0);
    }

    private async Task TickAsync(PeriodicTimer timer) =>
        await ((Task)timer.WaitForNextTickAsync(stopped.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task ConnectAsync() => await channel.ConnectAsync(stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
