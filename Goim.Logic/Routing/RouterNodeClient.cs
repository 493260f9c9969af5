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
    private readonly GrpcChannel channel;
    private readonly RouterStubs stubs;
    private readonly NodeReachability reachability;
    private readonly TimeSpan callTimeout;
    private readonly NodeStore store;
    private readonly ILogger logger;
    private volatile bool lacksPacked;

    public RouterNodeClient(string name, string addresses, RouterOptions options, ILogger logger)
    {
        Name = name;
        callTimeout = options.CallTimeout;
        store = new NodeStore(RouterOptions.Addresses(addresses).Length > 1);
        this.logger = logger;
        Figures = new NodeFigures(name);
        channel = RouterChannel.Open(addresses, options, Figures.Retried);
        stubs = new RouterStubs(channel);
        reachability = new NodeReachability(channel);
        Gets = new GatheredGets(this, options);
    }

    public string Name { get; }

    public NodeFigures Figures { get; }

    /// <summary><c>up</c>, <c>down</c>, or <c>idle</c> while nothing has been asked of it.</summary>
    public string State => reachability.IsDown ? "down" : channel.State == ConnectivityState.Ready ? "up" : "idle";

    /// <summary>Whether the node has said that it keeps its sessions where the other nodes do; null while it has not said.</summary>
    public bool? IsShared => store.IsShared;

    /// <summary>The nodes that stand in for this one, if they share their sessions.</summary>
    public StandIns Others { get; } = new();

    /// <summary>Lookups of single users.</summary>
    public GatheredGets Gets { get; }

    /// <summary>Makes one call, here or at a node that shares the sessions if this one does not answer.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public Task<NodeReply<TReply>> CallAsync<TArg, TReply>(RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
        where TReply : class => Others.CallAsync(this, callTimeout, call.IsRepeatable, (node, deadline) => node.AskAsync(call, arg, deadline, cancellationToken), cancellationToken);

    /// <summary>The sessions of many users, from here or from a node that shares them. An answer is well-formed.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<PackedMGetReply>> MGetAsync(PackedMGetArg arg, CancellationToken cancellationToken)
    {
        var answer = await Others.CallAsync(this, callTimeout, isRepeatable: true, (node, deadline) => node.AskPackedAsync(arg, deadline, cancellationToken), cancellationToken);
        return answer.Reply is { } reply && !PackedUsers.IsWellFormed(arg.UserIds.Count, reply) ? Failed<PackedMGetReply>(StatusCode.DataLoss) : answer;
    }

    /// <summary>A page of the users, from here or from a node that shares them.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public Task<NodeReply<GetAllReply>> GetAllAsync(GetAllArg arg, CancellationToken cancellationToken) =>
        Others.CallAsync(this, callTimeout, isRepeatable: true, (node, deadline) => node.AskAllAsync(arg, deadline, cancellationToken), cancellationToken);

    /// <summary>Makes one call at this node. A caller who left cancels it; a node that is down fails it at once.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public Task<NodeReply<TReply>> AskAsync<TArg, TReply>(RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
        where TReply : class => AskAsync(call, arg, DateTime.UtcNow + callTimeout, cancellationToken);

    private Task<NodeReply<TReply>> AskAsync<TArg, TReply>(RouterCall<TArg, TReply> call, TArg arg, DateTime deadline, CancellationToken cancellationToken)
        where TReply : class => MeasuredAsync(
        call.Method,
        async () =>
        {
            if (store.IsAwaited)
            {
                await StartAsync(RouterCalls.Ping, new NoArg(), deadline, cancellationToken);
            }

            return await StartAsync(call, arg, deadline, cancellationToken);
        },
        cancellationToken);

    private Task<NodeReply<PackedMGetReply>> AskPackedAsync(PackedMGetArg arg, DateTime deadline, CancellationToken cancellationToken) => MeasuredAsync(
        lacksPacked ? RouterCalls.MGet.Method : RouterCalls.PackedMGet.Method,
        async () =>
        {
            try
            {
                if (!lacksPacked)
                {
                    return await StartAsync(RouterCalls.PackedMGet, arg, deadline, cancellationToken);
                }
            }
            catch (RpcException older) when (older.StatusCode == StatusCode.Unimplemented)
            {
                lacksPacked = true;
            }

            var unpacked = new MGetArg { UserIds = { arg.UserIds } };
            return PackedUsers.Pack(unpacked, await StartAsync(RouterCalls.MGet, unpacked, deadline, cancellationToken));
        },
        cancellationToken);

    private Task<NodeReply<GetAllReply>> AskAllAsync(GetAllArg arg, DateTime deadline, CancellationToken cancellationToken) => MeasuredAsync(
        "goim.router.RouterRPC/GetAll",
        async () =>
        {
            using var stream = stubs.Router.GetAll(arg, new CallOptions(deadline: deadline, cancellationToken: cancellationToken));
            var all = new GetAllReply();
            while (await stream.ResponseStream.MoveNext(cancellationToken))
            {
                all.MergeFrom(stream.ResponseStream.Current);
            }

            return all;
        },
        cancellationToken);

    private async Task<NodeReply<TReply>> MeasuredAsync<TReply>(string method, Func<Task<TReply>> ask, CancellationToken cancellationToken)
        where TReply : class
    {
        using var measured = Measure(method);
        if (reachability.IsDown)
        {
            return Down<TReply>(measured);
        }

        try
        {
            var reply = await ask();
            reachability.Reached();
            measured.End(StatusCode.OK);
            return new NodeReply<TReply>(reply, default);
        }
        catch (RpcException failed)
        {
            return new NodeReply<TReply>(null, Failed(failed, measured, cancellationToken));
        }
    }

    /// <summary>An answer that says this node failed.</summary>
    public NodeReply<TReply> Failed<TReply>(StatusCode status)
        where TReply : class => new(null, new NodeFailure(Name, status));

    public void Dispose()
    {
        Gets.Dispose();
        reachability.Dispose();
        channel.Dispose();
    }

    private async Task<TReply> StartAsync<TArg, TReply>(RouterCall<TArg, TReply> call, TArg arg, DateTime deadline, CancellationToken cancellationToken)
    {
        using var started = call.Start(stubs, arg, new CallOptions(deadline: deadline, cancellationToken: cancellationToken));
        var reply = await started;
        store.Learn(await started.ResponseHeadersAsync);
        return reply;
    }

    private MeasuredCall Measure(string method)
    {
        Figures.Called();
        return new MeasuredCall(method, Name);
    }

    private NodeReply<TReply> Down<TReply>(MeasuredCall measured)
        where TReply : class
    {
        Figures.Failed();
        measured.End(StatusCode.Unavailable);
        reachability.Missed();
        return new NodeReply<TReply>(null, new NodeFailure(Name, StatusCode.Unavailable) { IsUnsent = true });
    }

    private NodeFailure Failed(RpcException failed, MeasuredCall measured, CancellationToken cancellationToken)
    {
        // gRPC calls a connection that broke under a call an internal error.
        var status = failed.Status.DebugException is HttpRequestException or IOException ? StatusCode.Unavailable : failed.StatusCode;
        measured.End(status);
        cancellationToken.ThrowIfCancellationRequested();
        Figures.Failed();
        if (status is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            reachability.Missed();
            lacksPacked = false; // What comes back may be a newer one.
        }

        logger.RouterNodeFailed(Name, status, failed.Status.Detail);
        return new NodeFailure(Name, status)
        {
            // Where gRPC could not connect at all.
            IsUnsent = failed.Status.DebugException is SocketException or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError },
        };
    }
}
