using System.Globalization;
using Goim.Logic.Telemetry;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Routing.Nodes;

/// <summary>One address of a router node. Its channel lives as long as the process.</summary>
internal sealed class NodeAddress : IDisposable
{
    private readonly string node;
    private readonly TimeSpan callTimeout;
    private readonly GoimMetrics metrics;
    private readonly ILogger logger;
    private readonly NodeStore store;
    private readonly NodeClock clock;
    private readonly NodeStubs stubs;
    private readonly GrpcChannel channel;
    private readonly NodeHealth health;

    /// <param name="node">Name of the node.</param>
    /// <param name="address">http or https.</param>
    /// <param name="mustBeShared">Whether the node has several addresses, which only a shared store allows.</param>
    /// <param name="options">How nodes are called.</param>
    /// <param name="metrics">Counts the calls.</param>
    /// <param name="logger">Takes failures.</param>
    public NodeAddress(string node, Uri address, bool mustBeShared, RouterOptions options, GoimMetrics metrics, ILogger logger)
    {
        this.node = node;
        this.metrics = metrics;
        this.logger = logger;
        callTimeout = options.CallTimeout;
        store = new NodeStore(mustBeShared);
        clock = new NodeClock(node, logger);
        channel = NodeChannel.Open(address, options, () => metrics.RouterCallRetried(node));
        stubs = new NodeStubs(channel, store, clock);
        health = new NodeHealth(channel);
    }

    /// <summary>Whether other nodes see the same sessions. Null until the node has answered.</summary>
    public bool? IsShared => store.IsShared;

    /// <summary>How far the node's clock is ahead of ours, in ms, as last measured.</summary>
    public long SkewMs => clock.SkewMs;

    public bool IsDown => health.IsDown;

    public bool IsUp => health.IsUp;

    /// <summary>Whether a call timed out and no ping has been answered since.</summary>
    public bool IsHanging => health.IsHanging;

    /// <summary>Pings this address. The answer also tells the node's store.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken) =>
        (await CallAsync(RouterCalls.Ping, new NoArg(), DateTime.UtcNow + callTimeout, cancellationToken)).Reply is not null;

    /// <summary>A call timed out: the address counts as hanging until it answers a ping.</summary>
    public void TimedOut() => health.TimedOut(() => AnswersAsync(CancellationToken.None));

    /// <summary>Makes one call at this address. If the address is down, the call fails at once.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<TReply>> CallAsync<TArg, TReply>(
        RouterCall<TArg, TReply> call, TArg arg, DateTime deadline, CancellationToken cancellationToken)
        where TReply : class
    {
        using var measured = new MeasuredCall(metrics, call.Method.FullName, node);
        if (health.IsDown)
        {
            measured.End(StatusCode.Unavailable);
            health.NotReached();
            return new NodeReply<TReply>(null, new NodeFailure(node, StatusCode.Unavailable) { StoreId = store.Id });
        }

        var isSent = false;
        try
        {
            var options = new CallOptions(deadline: deadline, cancellationToken: cancellationToken);
            if (store.IsAwaited)
            {
                await RouterCalls.Ping.RunAsync(stubs, new NoArg(), options);
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
    }

    public void Dispose()
    {
        health.Dispose();
        channel.Dispose();
    }

    private NodeFailure FailureOf(RpcException failed, bool isSent, MeasuredCall measured, CancellationToken cancellationToken)
    {
        // gRPC reports a connection that broke during a call as an internal error.
        var status = failed.Status.DebugException is HttpRequestException or IOException ? StatusCode.Unavailable : failed.StatusCode;
        if (cancellationToken.IsCancellationRequested)
        {
            measured.End(StatusCode.Cancelled);
            cancellationToken.ThrowIfCancellationRequested();
        }

        measured.End(status);
        var failure = new NodeFailure(node, status)
        {
            IsTooOld = store.IsTooOld,
            StoreId = store.Id,
            ColdMs = NumberOf(failed.Trailers, "goim-cold"),
            MaxSessions = NumberOf(failed.Trailers, "goim-max-sessions"),
        };

        // Also if the last attempt of gRPC reached nobody: one before it may have arrived.
        failure = failure with { MayHaveArrived = isSent && failure.IsOpen };
        if (failure.IsUnreachable && failure.ColdMs == 0)
        {
            health.NotReached();
        }

        if (failure.IsUnexpected)
        {
            logger.RouterNodeFailed(node, status, failed.Status.Detail);
        }

        return failure;
    }

    private static int NumberOf(Metadata trailers, string name) =>
        int.TryParse(trailers.GetValue(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
