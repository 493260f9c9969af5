using Goim.Protocol;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Routing;

/// <summary>One router node: one channel for the life of the process, and the figures of its calls.</summary>
internal sealed class RouterNodeClient : IDisposable
{
    /// <summary>Largest answer that is read: 5,000 users with a thousand sessions each.</summary>
    private const int MaxReplyBytes = 64 * 1024 * 1024;

    private readonly GrpcChannel channel;
    private readonly RouterRPC.RouterRPCClient client;
    private readonly TimeSpan callTimeout;
    private readonly ILogger logger;
    private long calls;
    private long failures;

    public RouterNodeClient(string name, string address, TimeSpan callTimeout, ILogger logger)
    {
        Name = name;
        this.callTimeout = callTimeout;
        this.logger = logger;
        channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = MaxReplyBytes,
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                ConnectTimeout = callTimeout,
                EnableMultipleHttp2Connections = true,
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            },
        });
        client = new RouterRPC.RouterRPCClient(channel);
    }

    public string Name { get; }

    public long Calls => Interlocked.Read(ref calls);

    public long Failures => Interlocked.Read(ref failures);

    /// <summary><c>up</c>, <c>down</c>, or <c>idle</c> while nothing has been asked of it.</summary>
    public string State => channel.State switch
    {
        ConnectivityState.Ready => "up",
        ConnectivityState.TransientFailure => "down",
        _ => "idle",
    };

    /// <summary>Makes one call within the deadline. A caller who left cancels it.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<TReply>> CallAsync<TRequest, TReply>(
        Func<RouterRPC.RouterRPCClient, TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, CancellationToken cancellationToken)
        where TReply : class
    {
        Interlocked.Increment(ref calls);
        try
        {
            return new NodeReply<TReply>(await method(client, request, new CallOptions(deadline: DateTime.UtcNow + callTimeout, cancellationToken: cancellationToken)), default);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException failed)
        {
            Interlocked.Increment(ref failures);
            logger.RouterNodeFailed(Name, failed.StatusCode, failed);
            return Failed<TReply>(failed.StatusCode);
        }
    }

    /// <summary>An answer that says this node failed.</summary>
    public NodeReply<TReply> Failed<TReply>(StatusCode status)
        where TReply : class => new(null, new NodeFailure(Name, status));

    public void ResetFigures()
    {
        Interlocked.Exchange(ref calls, 0);
        Interlocked.Exchange(ref failures, 0);
    }

    public void Dispose() => channel.Dispose();
}

/// <summary>A node's answer, or its failure where <paramref name="Reply"/> is null.</summary>
internal readonly record struct NodeReply<TReply>(TReply? Reply, NodeFailure Failure)
    where TReply : class;
