using System.Collections.Concurrent;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>In front of a real node: refuses calls for a reason of its Redis, as a node over Redis does, and records all calls.</summary>
internal sealed class RefusingStore : Interceptor
{
    private (StatusCode Status, string Reason)? refusal;

    /// <summary>Methods called, in order, without pings.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(this);
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<RefusingStore>());
    }

    /// <summary>From now on each call but pings and deletions is refused.</summary>
    public void Refuse(StatusCode status, string reason) => refusal = (status, reason);

    public void Accept() => refusal = null;

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var method = context.Method.Split('/')[^1];
        if (method != "Ping")
        {
            Calls.Enqueue(method);
        }

        return method is "Ping" or "Del" or "MDel" || refusal is not { } why
            ? continuation(request, context)
            : throw new RpcException(
                new Status(why.Status, "The text of the node."), new Metadata { { "goim-reason", why.Reason } });
    }
}
