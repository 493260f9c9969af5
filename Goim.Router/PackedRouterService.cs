using Goim.Protocol;
using Grpc.Core;

namespace Goim.Router;

/// <summary>Serves PackedRouterRPC (packed.proto).</summary>
internal sealed class PackedRouterService(ISessions sessions, ColdStart cold, Scans scans) : PackedRouterRPC.PackedRouterRPCBase
{
    public override async Task<PackedMGetReply> MGet(PackedMGetArg request, ServerCallContext context)
    {
        Refusals.CheckUsers(request.UserIds.Count);
        var (userIds, places) = DistinctUsers.Of(request.UserIds);
        if (!request.AllowUnknown)
        {
            cold.RequireKnown(userIds);
        }

        var maxSessions = RouterLimits.MaxSessions(request.UserIds.Count);
        var reply = await sessions.GetPackedAsync(userIds, maxSessions, context.CancellationToken) ?? throw Refusals.TooLarge(userIds);
        if (request.AllowUnknown && sessions.ColdMs > 0)
        {
            cold.MarkUnknown(userIds, reply);
        }

        return places is null ? reply : PackedOrder.Of(reply, places, maxSessions) ?? throw Refusals.TooLarge(request.UserIds);
    }

    public override Task<PackedCountReply> AllRoomCount(NoArg request, ServerCallContext context) =>
        CountAsync(sessions.AddRoomCountsAsync, context);

    public override Task<PackedCountReply> AllServerCount(NoArg request, ServerCallContext context) =>
        CountAsync(sessions.AddServerCountsAsync, context);

    public override Task<RoomUsersReply> RoomUsers(RoomUsersArg request, ServerCallContext context)
    {
        Refusals.Check(request);
        cold.RequireWarm();
        long? after = request.HasAfterUserId ? request.AfterUserId : null;
        return sessions.RoomUsersAsync(request.RoomId, after, request.Limit, context.CancellationToken).AsTask();
    }

    public override async Task<TotalsReply> Totals(NoArg request, ServerCallContext context)
    {
        cold.RequireWarm();
        var count = await sessions.StoreCountAsync();
        return new TotalsReply { Sessions = count.Sessions, Users = count.Users };
    }

    private async Task<PackedCountReply> CountAsync(
        Func<Dictionary<int, int>, CancellationToken, ValueTask> addAsync, ServerCallContext context)
    {
        cold.RequireWarm();
        return await scans.Counts.RunAsync(
            async () =>
            {
                var counts = new Dictionary<int, int>(SeededIntComparer.Instance);
                await addAsync(counts, context.CancellationToken);
                return new PackedCountReply { Ids = { counts.Keys }, Counts = { counts.Values } };
            },
            context.Deadline,
            context.CancellationToken);
    }
}
