using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Goim.Router.Redis;

/// <summary>Awaits the connection to Redis before each call, and turns failures of Redis into gRPC statuses.</summary>
internal sealed class RedisFaultInterceptor(RedisConnection redis) : Interceptor
{
    private const string ReasonTrailer = "goim-reason";

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await redis.ReadyAsync();
            return await continuation(request, context);
        }
        catch (Exception failed) when (RedisFaults.Of(failed) is { } fault)
        {
            throw Failure(fault);
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
        catch (Exception failed) when (RedisFaults.Of(failed) is { } fault)
        {
            throw Failure(fault);
        }
    }

    private static RpcException Failure(RedisFault fault) =>
        new(fault.Status, fault.Reason is null ? [] : new Metadata { { ReasonTrailer, fault.Reason } });
}
