using Goim.Protocol;
using Goim.Router.Leases;
using Grpc.Core;

namespace Goim.Router;

/// <summary>Serves RouterRPC (router.proto).</summary>
internal sealed class RouterService(ISessions sessions, ILeases leases) : RouterRPC.RouterRPCBase
{
    /// <summary>Request header of a Ping that is a heartbeat: the id of the comet server that sends it.</summary>
    private const string ServerHeader = "goim-server";

    /// <summary>Maximum number of concurrent puts of one MPut.</summary>
    private const int MaxConcurrentPuts = 256;

    public override async Task<NoReply> Ping(NoArg request, ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue(ServerHeader) is { } text)
        {
            if (!GoInt.TryParse(text, out int server))
            {
                throw Invalid($"{ServerHeader} is not a server id: expected a whole number.");
            }

            await leases.RenewAsync(server);
        }

        return new NoReply();
    }

    public override async Task<PutReply> Put(PutArg request, ServerCallContext context)
    {
        RequireSeq(request.Seq);
        await leases.RenewAsync(request.Server);
        return new PutReply { Seq = await PutAsync(request) };
    }

    // The puts of one user must reach the store in the order of the request, since each assigned seq depends on the puts before it.
    // PutAsync sends its command before it awaits anything, so starting the puts in order is enough.
    public override async Task<MPutReply> MPut(MPutArg request, ServerCallContext context)
    {
        foreach (var put in request.Puts)
        {
            RequireSeq(put.Seq);
        }

        foreach (var server in request.Puts.Select(put => put.Server).Distinct())
        {
            await leases.RenewAsync(server);
        }

        var seqs = new int[request.Puts.Count];
        foreach (var puts in Enumerable.Range(0, seqs.Length).Chunk(MaxConcurrentPuts))
        {
            await Task.WhenAll(puts.Select(async i => seqs[i] = await PutAsync(request.Puts[i])));
        }

        var reply = new MPutReply();
        reply.Seqs.AddRange(seqs);
        return reply;
    }

    public override async Task<DelReply> Del(DelArg request, ServerCallContext context) =>
        new() { Has = await sessions.DelAsync(request.UserId, request.Seq, request.BeforeUnixMs) };

    public override async Task<NoReply> DelServer(DelServerArg request, ServerCallContext context)
    {
        await sessions.DelServerAsync(request.Server, request.BeforeUnixMs, context.CancellationToken);
        return new NoReply();
    }

    public override Task<GetReply> Get(GetArg request, ServerCallContext context) => sessions.GetAsync(request.UserId).AsTask();

    public override async Task<MGetReply> MGet(MGetArg request, ServerCallContext context)
    {
        var reply = new MGetReply();
        reply.UserIds.Add(request.UserIds);
        reply.Sessions.AddRange(await sessions.GetAsync(request.UserIds));
        return reply;
    }

    public override async Task GetAll(GetAllArg request, IServerStreamWriter<GetAllReply> responseStream, ServerCallContext context)
    {
        if (request.Limit < 0)
        {
            throw Invalid($"limit {request.Limit} is negative: expected 0 for no limit, or a maximum number of users.");
        }

        // A user can lose its last session between the two reads. Such users are skipped, and the page is filled up with the next ones: the
        // caller takes an empty page for the end.
        var (after, remaining, hasMore) = (request.AfterUserId, request.Limit, true);
        while (hasMore)
        {
            var (limit, read) = (remaining, 0);
            await foreach (var userIds in sessions.UsersAboveAsync(after, limit, context.CancellationToken))
            {
                var reply = await WithSessionsAsync(userIds);
                await responseStream.WriteAsync(reply, context.CancellationToken);
                remaining -= reply.UserIds.Count;
                read += userIds.Length;
                after = userIds.Length > 0 ? userIds[^1] : after;
            }

            hasMore = request.Limit > 0 && remaining > 0 && read == limit;
        }
    }

    public override async Task<AllRoomCountReply> AllRoomCount(NoArg request, ServerCallContext context)
    {
        var reply = new AllRoomCountReply();
        await sessions.AddRoomCountsAsync(reply.Counter);
        return reply;
    }

    public override async Task<AllServerCountReply> AllServerCount(NoArg request, ServerCallContext context)
    {
        var reply = new AllServerCountReply();
        await sessions.AddServerCountsAsync(reply.Counter);
        return reply;
    }

    public override async Task<RoomCountReply> RoomCount(RoomCountArg request, ServerCallContext context) =>
        new() { Count = await sessions.RoomCountAsync(request.RoomId) };

    // goim router/rpc.go UserCount and Count count only the sessions in no room. Here both count all sessions.
    public override async Task<UserCountReply> UserCount(UserCountArg request, ServerCallContext context) =>
        new() { Count = await sessions.UserCountAsync(request.UserId) };

    public override async Task<CountReply> Count(NoArg request, ServerCallContext context) =>
        new() { Count = await sessions.CountAsync() };

    private async Task<GetAllReply> WithSessionsAsync(long[] userIds)
    {
        var reply = new GetAllReply();
        var users = await sessions.GetAsync(userIds);
        for (var i = 0; i < userIds.Length; i++)
        {
            if (users[i].Seqs.Count > 0)
            {
                reply.UserIds.Add(userIds[i]);
                reply.Sessions.Add(users[i]);
            }
        }

        return reply;
    }

    private static RpcException Invalid(string detail) => new(new Status(StatusCode.InvalidArgument, detail));

    private static void RequireSeq(int seq)
    {
        if (seq < 0)
        {
            throw Invalid($"seq {seq} is negative: expected 0 to assign the next one, or the seq to restore.");
        }
    }

    private async ValueTask<int> PutAsync(PutArg put)
    {
        var seq = await sessions.PutAsync(put);
        return seq > 0
            ? seq
            : throw new RpcException(new Status(StatusCode.ResourceExhausted, $"user {put.UserId} has no sequence number left."));
    }
}
