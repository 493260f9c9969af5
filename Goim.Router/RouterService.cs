using Goim.Protocol;
using Goim.Router.Epochs;
using Goim.Router.Leases;
using Grpc.Core;

namespace Goim.Router;

/// <summary>Serves RouterRPC (router.proto).</summary>
internal sealed class RouterService(
    ISessions sessions,
    ILeases leases,
    IEpochs epochs,
    AllUsers allUsers,
    Scans scans,
    Refusals refusals,
    ColdStart cold,
    SessionDeletion deletion) : RouterRPC.RouterRPCBase
{
    /// <summary>Request header of a Ping that an older app sends as a heartbeat: the id of the comet server.</summary>
    private const string ServerHeader = "goim-server";

    public override async Task<NoReply> Ping(NoArg request, ServerCallContext context)
    {
        // Of HTTP, since context.RequestHeaders throws if another header is not valid base64.
        if (context.GetHttpContext().Request.Headers[ServerHeader] is [{ } text, ..])
        {
            if (!GoInt.TryParse(text, out int server))
            {
                throw Refusals.Invalid($"{ServerHeader} is not a server id: expected a whole number.");
            }

            await leases.RenewAsync(server);
        }

        return new NoReply();
    }

    public override async Task<HeartbeatReply> Heartbeat(HeartbeatArg request, ServerCallContext context)
    {
        await leases.RenewAsync(request.Server);
        var epoch = await epochs.GetAsync(request.Server);
        return new HeartbeatReply { LeaseMs = leases.LeaseMs, Epoch = epoch, StoreId = sessions.StoreId };
    }

    public override async Task<PutReply> Put(PutArg request, ServerCallContext context)
    {
        Refusals.Check(request);
        await leases.RenewAsync(request.Server);

        // A node that was frozen finds calls that other nodes have carried out, or undone, long ago.
        context.CancellationToken.ThrowIfCancellationRequested();
        var put = await sessions.PutAsync(request);
        return put.Refusal == PutRefusal.None ? new PutReply { Seq = put.Seq } : throw refusals.Of(put.Refusal, request.UserId);
    }

    // The puts of one user reach the store in the order of the request, since each assigned seq depends on the puts before it.
    public override async Task<MPutReply> MPut(MPutArg request, ServerCallContext context)
    {
        Refusals.Check(request.Puts);
        context.CancellationToken.ThrowIfCancellationRequested();
        var servers = new HashSet<int>(SeededIntComparer.Instance);
        foreach (var put in request.Puts)
        {
            servers.Add(put.Server);
        }

        await leases.RenewAsync(servers);

        // What is put stays. The caller takes a call that is cancelled for one that may have been carried out.
        return refusals.ReplyOf(await Pipeline.RunAsync(request.Puts, sessions.PutAsync, context.CancellationToken));
    }

    public override async Task<DelReply> Del(DelArg request, ServerCallContext context)
    {
        SessionDeletion.Check(request);
        return new DelReply { Has = await deletion.DelAsync(request) };
    }

    public override async Task<MDelReply> MDel(MDelArg request, ServerCallContext context)
    {
        Refusals.CheckCount("dels", request.Dels.Count, RouterLimits.MaxDels);
        foreach (var del in request.Dels)
        {
            SessionDeletion.Check(del);
        }

        return new MDelReply { Has = { await Pipeline.RunAsync(request.Dels, deletion.DelAsync, context.CancellationToken) } };
    }

    public override async Task<NoReply> DelServer(DelServerArg request, ServerCallContext context)
    {
        await deletion.DelServerAsync(request, context.CancellationToken);
        return new NoReply();
    }

    // The changes of one user reach the store in the order of the request.
    public override async Task<MChangeRoomReply> MChangeRoom(MChangeRoomArg request, ServerCallContext context)
    {
        Refusals.CheckCount("changes", request.Changes.Count, RouterLimits.MaxChanges);
        foreach (var change in request.Changes)
        {
            cold.RequireKnown(change.UserId);
        }

        // A node that was frozen finds calls that their caller has given up, and carried out elsewhere, long ago. It learns that a moment
        // after they have begun.
        await sessions.AnswersAsync();
        context.CancellationToken.ThrowIfCancellationRequested();
        return new MChangeRoomReply
        {
            Changes = { await Pipeline.RunAsync(request.Changes, sessions.ChangeRoomAsync, context.CancellationToken) },
        };
    }

    public override Task<GetReply> Get(GetArg request, ServerCallContext context)
    {
        cold.RequireKnown(request.UserId);
        return sessions.GetAsync(request.UserId).AsTask();
    }

    public override async Task<MGetReply> MGet(MGetArg request, ServerCallContext context)
    {
        Refusals.CheckUsers(request.UserIds.Count);
        var userIds = DistinctUsers.Of(request.UserIds).Ids;
        cold.RequireKnown(userIds);
        var users = await sessions.GetAsync(userIds, RouterLimits.MaxSessions(userIds.Count), context.CancellationToken);
        var reply = users.Count == userIds.Count
            ? new MGetReply { UserIds = { userIds }, Sessions = { users } }
            : throw Refusals.TooLarge(userIds);

        // A negative server has ten bytes.
        return reply.CalculateSize() <= RouterLimits.MaxReplyBytes ? reply : throw Refusals.TooLarge(userIds);
    }

    public override Task GetAll(GetAllArg request, IServerStreamWriter<GetAllReply> responseStream, ServerCallContext context)
    {
        if (request.Limit < 0)
        {
            throw Refusals.Invalid($"limit {request.Limit} is negative: expected 0 for no limit, or a maximum number of users.");
        }

        cold.RequireWarm();
        return allUsers.WriteAsync(request.AfterUserId, request.Limit, responseStream, context);
    }

    // A protobuf map has .NET's hash of an int, which callers can choose keys for. So the app calls PackedRouterRPC.AllRoomCount.
    public override async Task<AllRoomCountReply> AllRoomCount(NoArg request, ServerCallContext context)
    {
        cold.RequireWarm();
        return await scans.Counts.RunAsync(
            async () =>
            {
                var counts = new Dictionary<int, int>(SeededIntComparer.Instance);
                await sessions.AddRoomCountsAsync(counts, context.CancellationToken);
                return new AllRoomCountReply { Counter = { counts } };
            },
            context.Deadline,
            context.CancellationToken);
    }

    public override async Task<AllServerCountReply> AllServerCount(NoArg request, ServerCallContext context)
    {
        cold.RequireWarm();
        return await scans.Counts.RunAsync(
            async () =>
            {
                var counts = new Dictionary<int, int>(SeededIntComparer.Instance);
                await sessions.AddServerCountsAsync(counts, context.CancellationToken);
                return new AllServerCountReply { Counter = { counts } };
            },
            context.Deadline,
            context.CancellationToken);
    }

    public override async Task<RoomCountReply> RoomCount(RoomCountArg request, ServerCallContext context)
    {
        cold.RequireWarm();
        return new RoomCountReply { Count = await sessions.RoomCountAsync(request.RoomId) };
    }

    // goim router/rpc.go UserCount and Count count only the sessions in no room. Here both count all sessions.
    public override async Task<UserCountReply> UserCount(UserCountArg request, ServerCallContext context)
    {
        cold.RequireKnown(request.UserId);
        return new UserCountReply { Count = await sessions.UserCountAsync(request.UserId) };
    }

    public override async Task<CountReply> Count(NoArg request, ServerCallContext context)
    {
        cold.RequireWarm();
        return new CountReply { Count = await sessions.CountAsync() };
    }
}
