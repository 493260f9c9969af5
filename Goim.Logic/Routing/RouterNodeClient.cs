using Goim.Logic.Telemetry;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Routing;

/// <summary>One router node: one channel for the life of the process, and the figures of its calls.</summary>
internal sealed class RouterNodeClient : IDisposable
{
    private const string SharedStore = "redis";
    private readonly GrpcChannel channel;
    private readonly RouterRPC.RouterRPCClient client;
    private readonly NodeReachability reachability;
    private readonly TimeSpan callTimeout;
    private readonly bool severalAddresses;
    private readonly ILogger logger;
    private volatile bool storeIsShared;
    private long calls;
    private long failures;
    private long retries;

    public RouterNodeClient(string name, string addresses, RouterOptions options, ILogger logger)
    {
        Name = name;
        callTimeout = options.CallTimeout;
        severalAddresses = RouterOptions.Addresses(addresses).Length > 1;
        this.logger = logger;
        channel = RouterChannel.Open(addresses, options, CountRetry);
        client = new RouterRPC.RouterRPCClient(channel);
        reachability = new NodeReachability(channel);
    }

    public string Name { get; }

    public long Calls => Interlocked.Read(ref calls);

    public long Failures => Interlocked.Read(ref failures);

    public long Retries => Interlocked.Read(ref retries);

    /// <summary><c>up</c>, <c>down</c>, or <c>idle</c> while nothing has been asked of it.</summary>
    public string State => reachability.IsDown ? "down" : channel.State == ConnectivityState.Ready ? "up" : "idle";

    /// <summary>Makes one call within the deadline. A caller who left cancels it; a node that is down fails it at once.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<TReply>> CallAsync<TArg, TReply>(RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
        where TReply : class
    {
        using var measured = Measure(call.Method);
        if (reachability.IsDown)
        {
            return Down<TReply>(measured);
        }

        try
        {
            if (severalAddresses && !storeIsShared)
            {
                // Before a call that would leave a session where the other addresses do not see it.
                await StartAsync(RouterCalls.Ping, new NoArg(), cancellationToken);
                storeIsShared = true;
            }

            var reply = await StartAsync(call, arg, cancellationToken);
            reachability.Reached();
            measured.End(StatusCode.OK);
            return new NodeReply<TReply>(reply, default);
        }
        catch (RpcException failed)
        {
            return new NodeReply<TReply>(null, Failed(failed, measured, cancellationToken));
        }
    }

    /// <summary>A page of the node's users.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<GetAllReply>> GetAllAsync(GetAllArg arg, CancellationToken cancellationToken)
    {
        using var measured = Measure("GetAll");
        if (reachability.IsDown)
        {
            return Down<GetAllReply>(measured);
        }

        try
        {
            using var stream = client.GetAll(arg, Options(cancellationToken));
            var all = new GetAllReply();
            while (await stream.ResponseStream.MoveNext(cancellationToken))
            {
                all.MergeFrom(stream.ResponseStream.Current);
            }

            reachability.Reached();
            measured.End(StatusCode.OK);
            return new NodeReply<GetAllReply>(all, default);
        }
        catch (RpcException failed)
        {
            return new NodeReply<GetAllReply>(null, Failed(failed, measured, cancellationToken));
        }
    }

    /// <summary>An answer that says this node failed.</summary>
    public NodeReply<TReply> Failed<TReply>(StatusCode status)
        where TReply : class => new(null, new NodeFailure(Name, status));

    public void ResetFigures()
    {
        Interlocked.Exchange(ref calls, 0);
        Interlocked.Exchange(ref failures, 0);
        Interlocked.Exchange(ref retries, 0);
    }

    public void Dispose()
    {
        reachability.Dispose();
        channel.Dispose();
    }

    private async Task<TReply> StartAsync<TArg, TReply>(RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
    {
        using var started = call.Start(client, arg, Options(cancellationToken));
        var reply = await started;
        if (severalAddresses)
        {
            RequireSharedStore(await started.ResponseHeadersAsync);
        }

        return reply;
    }

    private CallOptions Options(CancellationToken cancellationToken) => new(deadline: DateTime.UtcNow + callTimeout, cancellationToken: cancellationToken);

    private MeasuredCall Measure(string method)
    {
        Interlocked.Increment(ref calls);
        return new MeasuredCall(method, Name);
    }

    private NodeReply<TReply> Down<TReply>(MeasuredCall measured)
        where TReply : class
    {
        Interlocked.Increment(ref failures);
        measured.End(StatusCode.Unavailable);
        reachability.Missed();
        return Failed<TReply>(StatusCode.Unavailable);
    }

    private static void RequireSharedStore(Metadata headers)
    {
        if (headers.GetValue("goim-store") != SharedStore)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "A node of several addresses does not keep its sessions in a shared store."));
        }
    }

    private NodeFailure Failed(RpcException failed, MeasuredCall measured, CancellationToken cancellationToken)
    {
        // gRPC calls a connection that broke under a call an internal error.
        var status = failed.Status.DebugException is HttpRequestException or IOException ? StatusCode.Unavailable : failed.StatusCode;
        measured.End(status);
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref failures);
        if (status is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            reachability.Missed();
        }

        logger.RouterNodeFailed(Name, status, failed.Status.Detail);
        return new NodeFailure(Name, status);
    }

    private void CountRetry()
    {
        Interlocked.Increment(ref retries);
        GoimTelemetry.Retries.Add(1, new KeyValuePair<string, object?>("server.address", Name));
    }
}
