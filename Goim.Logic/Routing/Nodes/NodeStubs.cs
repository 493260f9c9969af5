using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>The gRPC services at one address of a router node.</summary>
internal sealed class NodeStubs(ChannelBase channel, NodeStore store, NodeClock clock)
{
    public RouterRPC.RouterRPCClient Router { get; } = new(channel);

    public PackedRouterRPC.PackedRouterRPCClient Packed { get; } = new(channel);

    /// <summary>A ping. Its answer also tells whether the node refuses puts.</summary>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<PingAnswer> PingAsync(NoArg arg, CallOptions options)
    {
        var call = Router.PingAsync(arg, options);
        await ReplyOf(call);
        var headers = await call.ResponseHeadersAsync;
        return new PingAnswer(RefusalReasons.Of(headers.GetValue("goim-puts")));
    }

    /// <summary>Awaits a unary call that has just been sent, and reads its response headers.</summary>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<TReply> ReplyOf<TReply>(AsyncUnaryCall<TReply> call)
    {
        using (call)
        {
            var sent = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            var reply = await call;
            var headers = await call.ResponseHeadersAsync;
            store.Learn(headers);
            clock.Learn(headers, sent);
            return reply;
        }
    }
}

/// <summary>A node's answer to a ping.</summary>
/// <param name="RefusesPuts">Why the node refuses puts at the moment. None if it takes them.</param>
internal sealed record PingAnswer(RefusalReason RefusesPuts);
