using System.Diagnostics;
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
    }

    public string Name { get; }

    public long Calls => Interlocked.Read(ref calls);

    public long Failures => Interlocked.Read(ref failures);

    public long Retries => Interlocked.Read(ref retries);

    /// <summary><c>up</c>, <c>down</c>, or <c>idle</c> while nothing has been asked of it.</summary>
    public string State => channel.State switch
    {
        ConnectivityState.Ready => "up",
        ConnectivityState.TransientFailure => "down",
        _ => "idle",
    };

    /// <summary>Makes one call within the deadline. A caller who left cancels it; a node that is down fails it at once.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<TReply>> CallAsync<TArg, TReply>(RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
        where TReply : class
    {
        var measured = Measure(call.Method, out var span);
        using (span)
        {
            try
            {
                FailIfDown();
                if (severalAddresses && !storeIsShared)
                {
                    // Before a call that would leave a session where the other addresses do not see it.
                    await StartAsync(RouterCalls.Ping, new NoArg(), cancellationToken);
                    storeIsShared = true;
                }

                var reply = await StartAsync(call, arg, cancellationToken);
                Measured(call.Method, measured, span, StatusCode.OK);
                return new NodeReply<TReply>(reply, default);
            }
            catch (RpcException failed)
            {
                Measured(call.Method, measured, span, failed.StatusCode);
                return new NodeReply<TReply>(null, Failed(failed, cancellationToken));
            }
        }
    }

    /// <summary>A page of the node's users.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<GetAllReply>> GetAllAsync(GetAllArg arg, CancellationToken cancellationToken)
    {
        const string Method = "GetAll";
        var measured = Measure(Method, out var span);
        using (span)
        {
            try
            {
                FailIfDown();
                using var stream = client.GetAll(arg, Options(cancellationToken));
                var all = new GetAllReply();
                while (await stream.ResponseStream.MoveNext(cancellationToken))
                {
                    all.MergeFrom(stream.ResponseStream.Current);
                }

                Measured(Method, measured, span, StatusCode.OK);
                return new NodeReply<GetAllReply>(all, default);
            }
            catch (RpcException failed)
            {
                Measured(Method, measured, span, failed.StatusCode);
                return new NodeReply<GetAllReply>(null, Failed(failed, cancellationToken));
            }
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

    public void Dispose() => channel.Dispose();

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

    // gRPC reconnects by itself; until it has, a call and its retries would only wait to fail.
    private void FailIfDown()
    {
        if (channel.State == ConnectivityState.TransientFailure)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The node is down."));
        }
    }

    private static void RequireSharedStore(Metadata headers)
    {
        if (headers.GetValue("goim-store") != SharedStore)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "A node of several addresses does not keep its sessions in a shared store."));
        }
    }

    private NodeFailure Failed(RpcException failed, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref failures);
        logger.RouterNodeFailed(Name, failed.StatusCode, failed);
        return new NodeFailure(Name, failed.StatusCode);
    }

    private long Measure(string method, out Activity? span)
    {
        Interlocked.Increment(ref calls);
        span = GoimTelemetry.Source.StartActivity("goim.router.RouterRPC/" + method, ActivityKind.Client);
        span?.SetTag("rpc.system.name", "grpc").SetTag("rpc.method", "goim.router.RouterRPC/" + method).SetTag("server.address", Name);
        return Stopwatch.GetTimestamp();
    }

    private void Measured(string method, long start, Activity? span, StatusCode status)
    {
        if (GoimTelemetry.CallDuration.Enabled)
        {
            var tags = new TagList
            {
                { "rpc.system.name", "grpc" },
                { "rpc.method", "goim.router.RouterRPC/" + method },
                { "server.address", Name },
                { "rpc.response.status_code", status.ToString() },
            };
            GoimTelemetry.CallDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
        }

        if (span is not null)
        {
            span.SetTag("rpc.response.status_code", status.ToString());
            span.SetStatus(status == StatusCode.OK ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        }
    }

    private void CountRetry()
    {
        Interlocked.Increment(ref retries);
        GoimTelemetry.Retries.Add(1, new KeyValuePair<string, object?>("server.address", Name));
    }
}

/// <summary>A node's answer, or its failure where <paramref name="Reply"/> is null.</summary>
internal readonly record struct NodeReply<TReply>(TReply? Reply, NodeFailure Failure)
    where TReply : class;
