using Azure.Identity;
using Grpc.Core;
using Grpc.Core.Interceptors;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>Awaits the connection to Redis before each call, and answers Unavailable while Redis is down.</summary>
internal sealed class RedisFaultInterceptor(RedisConnection redis) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await redis.ReadyAsync();
            return await continuation(request, context);
        }
        catch (Exception failed) when (StatusOf(failed) is { } status)
        {
            throw Fault(failed, status);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await redis.ReadyAsync();
            await continuation(request, responseStream, context);
        }
        catch (Exception failed) when (StatusOf(failed) is { } status)
        {
            throw Fault(failed, status);
        }
    }

    /// <summary>The gRPC status for a failure of Redis; null for any other exception.</summary>
    // An error that Redis itself returns is temporary: it is loading, it has become a replica, or its slot has no master.
    public static Status? StatusOf(Exception failed) => failed switch
    {
        RedisConnectionException => new Status(StatusCode.Unavailable, "Redis does not answer."),
        RedisTimeoutException => new Status(StatusCode.Unavailable, "Redis did not answer in time."),
        RedisCommandException => new Status(StatusCode.Unavailable, "Redis takes no commands."),
        RedisServerException server => new Status(StatusCode.Unavailable, $"Redis: {server.Message}"),
        AuthenticationFailedException => new Status(StatusCode.Unavailable, "There is no token for Redis."),
        TooFewReplicasException replicas => new Status(StatusCode.Unavailable, replicas.Message),
        ObjectDisposedException => new Status(StatusCode.Unavailable, "The node is stopping."),
        BucketsMismatchException mismatch => new Status(StatusCode.FailedPrecondition, mismatch.Message),
        _ => null,
    };

    private RpcException Fault(Exception failed, Status status)
    {
        if (failed is RedisTimeoutException)
        {
            redis.ReportTimeout();
        }

        return new RpcException(status);
    }
}
