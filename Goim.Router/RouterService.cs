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
    TimeProvider time) : RouterRPC.RouterRPCBase
{
    /// <summary>Maximum age of a deletion: 100 years.</summary>
    private const long MaxAgeMs = 100L * 365 * 24 * 60 * 60 * 1_000;

    /// <summary>Request header of a Ping that an older app sends as a heartbeat: the id of the comet server.</summary>
    private const string ServerHeader = "goim-server";

    /// <summary>Maximum number of concurrent puts of one MPut.</summary>
    private const int MaxConcurrentPuts = 256;

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

    // The puts of one user must reach the store in the order of the request, since each assigned seq depends on the puts before it.
    // PutAsync sends its command before it awaits anything, so starting the puts in order is enough.
    public override async Task<MPutReply> MPut(MPutArg request, ServerCallContext context)
    {
        Refusals.Check(request.Puts);
        foreach (var server in request.Puts.Select(put => put.Server).Distinct(SeededIntComparer.Instance))
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            await leases.RenewAsync(server);
        }

        var seqs = new int[request.Puts.Count];
        foreach (var puts in Enumerable.Range(0, seqs.Length).Chunk(MaxConcurrentPuts))
        {
            // What is put stays. The caller takes the call for one that may have been carried out.
            context.CancellationToken.ThrowIfCancellationRequested();
            await Task.WhenAll(puts.Select(async i => seqs[i] = (await sessions.PutAsync(request.Puts[i])).Seq));
        }

        return new MPutReply { Seqs = { seqs } };
    }

    public override async Task<DelReply> Del(DelArg request, ServerCallContext context) => new()
    {
        Has = IsForThisStore(request.StoreId) && await (request.RequestId.IsEmpty
            ? sessions.DelAsync(request.UserId, request.Seq, AgeOf(request.HasAgeMs, request.AgeMs, request.BeforeUnixMs))
            : sessions.DelRequestAsync(request.UserId, Refusals.Checked(request.RequestId))),
    };

    public override async Task<NoReply> DelServer(DelServerArg request, ServerCallContext context)
    {
        if (IsForThisStore(request.StoreId))
        {
            var age = TimeSpan.FromMilliseconds(AgeOf(request.HasAgeMs, request.AgeMs, request.BeforeUnixMs) ?? 0);
            await sessions.DelServerAsync(
                request.Server, age, () => epochs.ForgetAsync(request.Server), context.CancellationToken);
        }

        return new NoReply();
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

    // What is not UTF-8 is read as U+FFFD.
    private bool IsForThisStore(string storeId) => storeId.Contains('\uFFFD', StringComparison.Ordinal)
        ? throw Refusals.Invalid("store_id is not UTF-8: expected a goim-store-id, or nothing for any.")
        : storeId.Length == 0 || storeId == sessions.StoreId;

    // An older app tells when the deletion was asked for, by its own clock.
    private long? AgeOf(bool hasAge, long ageMs, long beforeUnixMs) =>
        hasAge ? Math.Clamp(ageMs, 0, MaxAgeMs)
        : beforeUnixMs == 0 ? null
        : Math.Clamp(time.GetUtcNow().ToUnixTimeMilliseconds() - beforeUnixMs, 0, MaxAgeMs);
}
