using Goim.Logic.Telemetry;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Net.Client;

namespace Goim.Logic.Routing.Nodes;

/// <summary>One address of a router node. Its channel lives as long as the process.</summary>
internal sealed class NodeAddress : IDisposable
{
    private readonly NodeLog log;
    private readonly TimeSpan callTimeout;
    private readonly GoimMetrics metrics;
    private readonly StoreAgreement agreement;
    private readonly NodeStore store;
    private readonly NodeClock clock;
    private readonly NodeStubs stubs;
    private readonly GrpcChannel channel;
    private readonly NodeHealth health;
    private long silentSince;

    /// <param name="log">Takes the node's failures.</param>
    /// <param name="address">http or https.</param>
    /// <param name="mustBeShared">Whether the node has several addresses, which only a shared store allows.</param>
    /// <param name="options">How nodes are called.</param>
    /// <param name="metrics">Counts the calls.</param>
    /// <param name="agreement">Of the stores of all addresses.</param>
    public NodeAddress(
        NodeLog log, Uri address, bool mustBeShared, RouterOptions options, GoimMetrics metrics, StoreAgreement agreement)
    {
        this.log = log;
        this.metrics = metrics;
        this.agreement = agreement;
        callTimeout = options.CallTimeout;
        store = new NodeStore(mustBeShared, agreement.Changed);
        clock = new NodeClock(log.Node, log.Logger);
        channel = NodeChannel.Open(address, options, () => metrics.RouterCallRetried(log.Node));
        stubs = new NodeStubs(channel, store, clock);
        health = new NodeHealth(channel);
        agreement.Add(this);
    }

    /// <summary>Name of the node.</summary>
    public string Node => log.Node;

    /// <summary>Whether other nodes see the same sessions. Null until the node has answered.</summary>
    public bool? IsShared => store.IsShared;

    /// <summary>What must be the same for all addresses: the id of a shared store, otherwise its kind. Null if it is not known.</summary>
    public string? Place => store.Place;

    /// <summary>How far the node's clock is ahead of ours, in ms, as last measured.</summary>
    public long SkewMs => clock.SkewMs;

    public bool IsDown => health.IsDown;

    public bool IsUp => health.IsUp;

    public bool IsRefused => health.IsRefused;

    /// <summary>Whether a call timed out and no ping has been answered since.</summary>
    public bool IsHanging => health.IsHanging;

    /// <summary>Pings this address. The answer also tells the node's store. Null if there is none.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<PingAnswer?> PingAsync(CancellationToken cancellationToken) =>
        (await CallAsync(RouterCalls.Ping, new NoArg(), DateTime.UtcNow + callTimeout, cancellationToken)).Reply;

    /// <summary>For how long <see cref="AskAsync"/> has got no answer, in ms. 0 if it has got one.</summary>
    public long SilentMs => Volatile.Read(ref silentSince) is not 0 and var since ? Environment.TickCount64 - since + 1 : 0;

    /// <summary>Asks for the node's store, by a ping that does not count as a call. False if there is no answer.</summary>
    public async Task<bool> AskAsync(TimeSpan timeout)
    {
        var isAnswered = await IsAnsweredAsync(timeout);
        Volatile.Write(ref silentSince, isAnswered ? 0 : Math.Max(1, silentSince == 0 ? Environment.TickCount64 : silentSince));
        return isAnswered;
    }

    /// <summary>The store may have become another one: the address has to tell it again before its next call.</summary>
    public void Doubt() => store.Doubt();

    /// <summary>A call timed out: the address counts as hanging until it answers a ping.</summary>
    public void TimedOut() => health.TimedOut(async () => await PingAsync(CancellationToken.None) is not null);

    /// <summary>Makes one call at this address. It fails and is not made if the address is down, or if the stores differ.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<TReply>> CallAsync<TArg, TReply>(
        RouterCall<TArg, TReply> call, TArg arg, DateTime deadline, CancellationToken cancellationToken)
        where TReply : class
    {
        using var measured = new MeasuredCall(metrics, call.Method.FullName, Node);
        var isPing = ReferenceEquals(call, RouterCalls.Ping);
        if (!isPing && !agreement.IsSettled && await agreement.DifferenceAsync(cancellationToken) is { } differing)
        {
            return NotMade(differing);
        }

        if (health.IsDown)
        {
            measured.End(StatusCode.Unavailable);
            health.NotReached();
            return new NodeReply<TReply>(null, new NodeFailure(Node, StatusCode.Unavailable) { StoreId = store.Id });
        }

        var isSent = false;
        try
        {
            var options = new CallOptions(deadline: deadline, cancellationToken: cancellationToken);
            if (!isPing && store.IsAwaited)
            {
                await RouterCalls.Ping.RunAsync(stubs, new NoArg(), options);
                if (!agreement.IsSettled && await agreement.DifferenceAsync(cancellationToken) is { } found)
                {
                    return NotMade(found);
                }
            }

            isSent = true;
            var reply = await call.RunAsync(stubs, arg, options);
            health.Reached();
            measured.End(StatusCode.OK);
            return new NodeReply<TReply>(reply, default);
        }
        catch (RpcException failed)
        {
            return new NodeReply<TReply>(null, FailureOf(failed, isSent, measured, cancellationToken));
        }

        NodeReply<TReply> NotMade(StoreDifference difference)
        {
            measured.End(StatusCode.FailedPrecondition);
            return new NodeReply<TReply>(null, NodeFailure.OfDifference(Node, difference));
        }
    }

    public void Dispose()
    {
        health.Dispose();
        channel.Dispose();
    }

    private async Task<bool> IsAnsweredAsync(TimeSpan timeout)
    {
        if (health.IsDown || health.IsHanging)
        {
            return false;
        }

        try
        {
            await RouterCalls.Ping.RunAsync(stubs, new NoArg(), new CallOptions(deadline: DateTime.UtcNow + timeout));
            return true;
        }
        catch (RpcException failed)
        {
            if (FailedCall.StatusOf(failed) == StatusCode.Unavailable)
            {
                health.NotReached();
            }

            return false;
        }
        catch (ObjectDisposedException)
        {
            // The app is stopping.
            return false;
        }
    }

    private NodeFailure FailureOf(RpcException failed, bool isSent, MeasuredCall measured, CancellationToken cancellationToken)
    {
        var status = FailedCall.StatusOf(failed);
        if (cancellationToken.IsCancellationRequested)
        {
            measured.End(StatusCode.Cancelled);
            cancellationToken.ThrowIfCancellationRequested();
        }

        measured.End(status);
        var failure = FailedCall.Read(failed, Node, store);

        // Also if the last attempt of gRPC reached nobody: one before it may have arrived.
        failure = failure with { MayHaveArrived = isSent && failure.IsOpen };
        health.Failed(failure);
        if (failure.IsUnexpected)
        {
            log.Failed(failure, failed.Status.Detail);
        }

        return failure;
    }
}
