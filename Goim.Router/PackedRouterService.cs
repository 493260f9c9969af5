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

    public override async Task<PackedCountReply> AllRoomCount(NoArg request, ServerCallContext context)
    {
        cold.RequireWarm();
        var counts = new Dictionary<int, int>(SeededIntComparer.Instance);
        await sessions.AddRoomCountsAsync(counts);
        return new PackedCountReply { Ids = { counts.Keys }, Counts = { counts.Values } };
    }

    public override async Task<PackedCountReply> AllServerCount(NoArg request, ServerCallContext context)
    {
        cold.RequireWarm();
        var counts = new Dictionary<int, int>(SeededIntComparer.Instance);
        await sessions.AddServerCountsAsync(counts);
        return new PackedCountReply { Ids = { counts.Keys }, Counts = { counts.Values } };
    }
}
