using Grpc.Core;
using Grpc.Net.Client;

namespace Goim.Logic.Routing;

/// <summary>Whether a node is down, by its channel's connectivity state: a call to it would then only wait to fail.</summary>
internal sealed class NodeReachability(GrpcChannel channel) : IDisposable
{
    private static readonly TimeSpan Check = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource stopped = new();
    private volatile bool missed;
    private int reconnecting;

    /// <summary>
    /// In gRPC's own words, or after a call that did not reach the node while gRPC is still connecting, as where the node's host drops
    /// what is sent to it.
    /// </summary>
    public bool IsDown => channel.State switch
    {
        ConnectivityState.TransientFailure => true,
        ConnectivityState.Ready => false,
        _ => missed,
    };

    /// <summary>A call was answered.</summary>
    public void Reached() => missed = false;

    /// <summary>A call did not reach the node, or was not made since it is down.</summary>
    public void Missed()
    {
        missed = true;
        if (Interlocked.Exchange(ref reconnecting, 1) == 0)
        {
            _ = ReconnectAsync();
        }
    }

    public void Dispose() => stopped.Cancel();

    // While it is down no call makes gRPC connect, so it is asked to wherever it has come to rest.
    private async Task ReconnectAsync()
    {
        using var timer = new PeriodicTimer(Check);
        while (channel.State is not (ConnectivityState.Ready or ConnectivityState.Shutdown) && !stopped.IsCancellationRequested)
        {
            if (channel.State == ConnectivityState.Idle)
            {
                _ = ConnectAsync();
            }

            await ((Task)timer.WaitForNextTickAsync(stopped.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Volatile.Write(ref reconnecting, 0);
    }

    private async Task ConnectAsync() => await channel.ConnectAsync(stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
