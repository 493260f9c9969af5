using System.Net.Sockets;
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
    private volatile string? store;
    private IReadOnlyList<RouterNodeClient> others = [];
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

    /// <summary>Whether the node has said that it keeps its sessions where the other nodes do; null while it has not said.</summary>
    public bool? IsShared => store is { } known ? known == SharedStore : null;

    /// <summary>The nodes that can stand in for this one, if they share their sessions.</summary>
    public void StandIns(IReadOnlyList<RouterNodeClient> nodes) => others = nodes;

    /// <summary>Makes one call, here or at a node that shares the sessions if this one does not answer.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<TReply>> CallAsync<TArg, TReply>(RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
        where TReply : class
    {
        var answer = await AskAsync(call, arg, cancellationToken);
        foreach (var other in others)
        {
            if (answer.Reply is not null || !answer.Failure.IsUnreachable || !(call.IsRepeatable || answer.Failure.IsUnsent) || !await SharesAsync(other, cancellationToken))
            {
                break;
            }

            var instead = await other.AskAsync(call, arg, cancellationToken);
            answer = instead.Reply is not null || !instead.Failure.IsUnsent ? instead : answer;
        }

        return answer;
    }

    /// <summary>Makes one call at this node, within the deadline. A caller who left cancels it; a node that is down fails it at once.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<TReply>> AskAsync<TArg, TReply>(RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
        where TReply : class
    {
        using var measured = Measure(call.Method);
        if (reachability.IsDown)
        {
            return Down<TReply>(measured);
        }

        try
        {
            if (severalAddresses && store is null)
            {
                // Before a call that would leave a session where the other addresses do not see it.
                await StartAsync(RouterCalls.Ping, new NoArg(), cancellationToken);
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

    // A node that was down when this process started has not said; then the other one tells.
    private async Task<bool> SharesAsync(RouterNodeClient other, CancellationToken cancellationToken)
    {
        if (other.store is null)
        {
            await other.AskAsync(RouterCalls.Ping, new NoArg(), cancellationToken);
        }

        return other.IsShared is true && IsShared is not false;
    }

    private async Task<TReply> StartAsync<TArg, TReply>(RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
    {
        using var started = call.Start(client, arg, Options(cancellationToken));
        var reply = await started;
        if (severalAddresses || store is null)
        {
            Learn(await started.ResponseHeadersAsync);
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
        return new NodeReply<TReply>(null, new NodeFailure(Name, StatusCode.Unavailable) { IsUnsent = true });
    }

    private void Learn(Metadata headers)
    {
        var told = headers.GetValue("goim-store");
        if (severalAddresses && told != SharedStore)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "A node of several addresses does not keep its sessions in a shared store."));
        }

        store = told;
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
        return new NodeFailure(Name, status)
        {
            // Where gRPC could not connect at all.
            IsUnsent = failed.Status.DebugException is SocketException or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError },
        };
    }

    private void CountRetry()
    {
        Interlocked.Increment(ref retries);
        GoimTelemetry.Retries.Add(1, new KeyValuePair<string, object?>("server.address", Name));
    }
}
