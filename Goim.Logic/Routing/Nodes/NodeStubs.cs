using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>The gRPC services at one address of a router node.</summary>
internal sealed class NodeStubs(ChannelBase channel, NodeStore store)
{
    private volatile bool lacksPacked;

    public RouterRPC.RouterRPCClient Router { get; } = new(channel);

    public PackedRouterRPC.PackedRouterRPCClient Packed { get; } = new(channel);

    /// <summary>Whether the node has answered that it does not serve PackedRouterRPC.</summary>
    public bool LacksPacked
    {
        get => lacksPacked;
        set => lacksPacked = value;
    }

    /// <summary>Awaits a unary call and reads the store that its response headers name.</summary>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<TReply> ReplyOf<TReply>(AsyncUnaryCall<TReply> call)
    {
        using (call)
        {
            var reply = await call;
            store.Learn(await call.ResponseHeadersAsync);
            return reply;
        }
    }
}
