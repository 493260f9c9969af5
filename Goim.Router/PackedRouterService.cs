using Goim.Protocol;
using Grpc.Core;

namespace Goim.Router;

/// <summary>Serves PackedRouterRPC (packed.proto).</summary>
internal sealed class PackedRouterService(ISessions sessions, ColdStart cold) : PackedRouterRPC.PackedRouterRPCBase
{
    public override async Task<PackedMGetReply> MGet(PackedMGetArg request, ServerCallContext context)
    {
        if (!request.AllowUnknown)
        {
            cold.RequireKnown(request.UserIds);
        }

        var reply = await sessions.GetPackedAsync(request.UserIds);
        if (request.AllowUnknown && sessions.ColdMs > 0)
        {
            cold.MarkUnknown(request.UserIds, reply);
        }

        return reply;
    }
}
