using Azure.Identity;
using Grpc.Core;
using Grpc.Core.Interceptors;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>Answers Unavailable for a Redis that does not answer, or not now.</summary>
internal sealed class RedisFaults(RedisConnection redis) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await redis.ReadyAsync();
            return await continuation(request, context);
        }
        catch (Exception failed) when (StatusOf(failed) is { } status)
        {
            if (failed is RedisTimeoutException)
            {
                redis.Suspect();
            }

            throw new RpcException(status);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await redis.ReadyAsync();
            await continuation(request, responseStream, context);
        }
        catch (Exception failed) when (StatusOf(failed) is { } status)
        {
            if (failed is RedisTimeoutException)
            {
                redis.Suspect();
            }

            throw new RpcException(status);
        }
    }

    // A server's own error is a state of it that passes: loading, a replica now, a cluster without a master for the slot.
    public static Status? StatusOf(Exception failed) => failed switch
    {
        RedisConnectionException => new Status(StatusCode.Unavailable, "Redis does not answer."),
        RedisTimeoutException => new Status(StatusCode.Unavailable, "Redis did not answer in time."),
        RedisCommandException => new Status(StatusCode.Unavailable, "Redis takes no commands."),
        RedisServerException server => new Status(StatusCode.Unavailable, $"Redis: {server.Message}"),
        AuthenticationFailedException => new Status(StatusCode.Unavailable, "There is no token for Redis."),
        TooFewReplicasException replicas => new Status(StatusCode.Unavailable, replicas.Message),
        ObjectDisposedException => new Status(StatusCode.Unavailable, "The node stops."),
        BucketsMismatchException mismatch => new Status(StatusCode.FailedPrecondition, mismatch.Message),
        _ => null,
    };
}
