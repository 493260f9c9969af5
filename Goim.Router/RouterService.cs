using Goim.Protocol;
using Goim.Router.Sessions;
using Grpc.Core;

namespace Goim.Router;

/// <summary>RouterRPC: finds the bucket, which does the work.</summary>
internal sealed class RouterService(MemorySessions sessions) : RouterRPC.RouterRPCBase
{
    /// <summary>Users in one message of a GetAll stream.</summary>
    private const int GetAllChunk = 1_000;

    public override Task<NoReply> Ping(NoArg request, ServerCallContext context) => Task.FromResult(new NoReply());

    public override Task<PutReply> Put(PutArg request, ServerCallContext context) =>
        Task.FromResult(new PutReply { Seq = Put(request) });

    public override Task<MPutReply> MPut(MPutArg request, ServerCallContext context)
    {
        foreach (var put in request.Puts)
        {
            RequireSeq(put.Seq);
        }

        var reply = new MPutReply();
        foreach (var put in request.Puts)
        {
            reply.Seqs.Add(Put(put));
        }

        return Task.FromResult(reply);
    }

    public override Task<DelReply> Del(DelArg request, ServerCallContext context) =>
        Task.FromResult(new DelReply { Has = sessions[request.UserId].Del(request.UserId, request.Seq, request.BeforeUnixMs) });

    public override Task<NoReply> DelServer(DelServerArg request, ServerCallContext context)
    {
        sessions.DelServer(request.Server, request.BeforeUnixMs);
        return Task.FromResult(new NoReply());
    }

    public override Task<GetReply> Get(GetArg request, ServerCallContext context) =>
        Task.FromResult(sessions[request.UserId].Get(request.UserId));

    public override Task<MGetReply> MGet(MGetArg request, ServerCallContext context)
    {
        var reply = new MGetReply();
        reply.UserIds.Add(request.UserIds);
        foreach (var userId in request.UserIds)
        {
            reply.Sessions.Add(sessions[userId].Get(userId));
        }

        return Task.FromResult(reply);
    }

    public override async Task GetAll(GetAllArg request, IServerStreamWriter<GetAllReply> responseStream, ServerCallContext context)
    {
        if (request.Limit < 0)
        {
            throw Invalid($"limit {request.Limit} is negative: expected 0 for no limit, or a number of users.");
        }

        foreach (var userIds in sessions.UsersAbove(request.AfterUserId, request.Limit).Chunk(GetAllChunk))
        {
            var reply = new GetAllReply();
            foreach (var userId in userIds)
            {
                var user = sessions[userId].Get(userId);
                if (user.Seqs.Count > 0)
                {
                    reply.UserIds.Add(userId);
                    reply.Sessions.Add(user);
                }
            }

            await responseStream.WriteAsync(reply, context.CancellationToken);
        }
    }

    public override Task<AllRoomCountReply> AllRoomCount(NoArg request, ServerCallContext context) =>
        Task.FromResult(sessions.AllRoomCount());

    public override Task<AllServerCountReply> AllServerCount(NoArg request, ServerCallContext context) =>
        Task.FromResult(sessions.AllServerCount());

    public override Task<RoomCountReply> RoomCount(RoomCountArg request, ServerCallContext context) =>
        Task.FromResult(new RoomCountReply { Count = sessions.RoomCount(request.RoomId) });

    public override Task<UserCountReply> UserCount(UserCountArg request, ServerCallContext context) =>
        Task.FromResult(new UserCountReply { Count = sessions[request.UserId].UserCount(request.UserId) });

    // goim router/rpc.go UserCount and Count: goim counts only the sessions in no room; here all.
    public override Task<CountReply> Count(NoArg request, ServerCallContext context) =>
        Task.FromResult(new CountReply { Count = sessions.SessionCount() });

    private static RpcException Invalid(string detail) => new(new Status(StatusCode.InvalidArgument, detail));

    private static void RequireSeq(int seq)
    {
        if (seq < 0)
        {
            throw Invalid($"seq {seq} is negative: expected 0 for the next one, or the one to restore.");
        }
    }

    private int Put(PutArg put)
    {
        RequireSeq(put.Seq);
        var seq = sessions[put.UserId].Put(put.UserId, put.Server, put.RoomId, put.Seq);
        return seq > 0 ? seq : throw new RpcException(new Status(StatusCode.ResourceExhausted, $"user {put.UserId} has no sequence number left."));
    }
}
