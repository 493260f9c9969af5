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

        return places is null ? reply : Repeated(reply, places, maxSessions) ?? throw Refusals.TooLarge(request.UserIds);
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

    // The answer with each user's sessions at all its places. Null if it would be too large.
    private static PackedMGetReply? Repeated(PackedMGetReply distinct, int[] places, int maxSessions)
    {
        var starts = new int[distinct.Counts.Count + 1];
        for (var i = 0; i < distinct.Counts.Count; i++)
        {
            starts[i + 1] = starts[i] + Math.Max(0, distinct.Counts[i]);
        }

        var reply = new PackedMGetReply { ColdMs = distinct.ColdMs };
        foreach (var place in places)
        {
            reply.Counts.Add(distinct.Counts[place]);
            if (reply.Seqs.Count + starts[place + 1] - starts[place] > maxSessions)
            {
                return null;
            }

            for (var i = starts[place]; i < starts[place + 1]; i++)
            {
                reply.Seqs.Add(distinct.Seqs[i]);
                reply.Servers.Add(distinct.Servers[i]);
            }
        }

        return reply;
    }
}
