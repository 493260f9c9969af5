using Goim.Protocol;
using Goim.Router.Leases;
using Grpc.Core;

namespace Goim.Router;

/// <summary>RouterRPC over the node's sessions.</summary>
internal sealed class RouterService(ISessions sessions, ILeases leases) : RouterRPC.RouterRPCBase
{
    private const string ServerHeader = "goim-server";

    /// <summary>Puts of one MPut that are under way at once, where the store is not this process.</summary>
    private const int PutsAtOnce = 256;

    // A comet server's heartbeat is a Ping that names it.
    public override async Task<NoReply> Ping(NoArg request, ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue(ServerHeader) is { } text)
        {
            await leases.RenewAsync(GoInt.TryParse(text, out int server) ? server : throw Invalid($"{ServerHeader} is no server id: expected a whole number."));
        }

        return new NoReply();
    }

    public override async Task<PutReply> Put(PutArg request, ServerCallContext context)
    {
        RequireSeq(request.Seq);
        await leases.RenewAsync(request.Server);
        return new PutReply { Seq = await PutAsync(request) };
    }

    // The puts of a user reach the store in order, since the next seq of one depends on those before: nothing is awaited before a put is sent.
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
        foreach (var puts in Enumerable.Range(0, seqs.Length).Chunk(PutsAtOnce))
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
            throw Invalid($"limit {request.Limit} is negative: expected 0 for no limit, or a number of users.");
        }

        // Users who leave meanwhile have no place in the page: others fill it, so that an empty one is the end.
        var (after, left, isMore) = (request.AfterUserId, request.Limit, true);
        while (isMore)
        {
            var (asked, read) = (left, 0);
            await foreach (var userIds in sessions.UsersAboveAsync(after, asked, context.CancellationToken))
            {
                var reply = await WithSessionsAsync(userIds);
                await responseStream.WriteAsync(reply, context.CancellationToken);
                left -= reply.UserIds.Count;
                read += userIds.Length;
                after = userIds.Length > 0 ? userIds[^1] : after;
            }

            isMore = request.Limit > 0 && left > 0 && read == asked;
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

    public override async Task<RoomCountReply> RoomCount(RoomCountArg request, ServerCallContext context) => new() { Count = await sessions.RoomCountAsync(request.RoomId) };

    public override async Task<UserCountReply> UserCount(UserCountArg request, ServerCallContext context) => new() { Count = await sessions.UserCountAsync(request.UserId) };

    // goim router/rpc.go UserCount and Count: goim counts only the sessions in no room; here all.
    public override async Task<CountReply> Count(NoArg request, ServerCallContext context) => new() { Count = await sessions.CountAsync() };

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
            throw Invalid($"seq {seq} is negative: expected 0 for the next one, or the one to restore.");
        }
    }

    private async ValueTask<int> PutAsync(PutArg put)
    {
        var seq = await sessions.PutAsync(put);
        return seq > 0 ? seq : throw new RpcException(new Status(StatusCode.ResourceExhausted, $"user {put.UserId} has no sequence number left."));
    }
}
