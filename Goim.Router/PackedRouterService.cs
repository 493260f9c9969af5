using Goim.Protocol;
using Grpc.Core;

namespace Goim.Router;

/// <summary>Serves PackedRouterRPC (packed.proto).</summary>
internal sealed class PackedRouterService(ISessions sessions) : PackedRouterRPC.PackedRouterRPCBase
{
    public override async Task<PackedMGetReply> MGet(PackedMGetArg request, ServerCallContext context) =>
        await sessions.GetPackedAsync(request.UserIds);
}
