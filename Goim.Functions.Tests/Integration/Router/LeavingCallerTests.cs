using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>A caller who leaves while a node works for it.</summary>
public sealed class LeavingCallerTests
{
    [Fact]
    public async Task An_MPut_stops_when_its_caller_leaves_and_logs_no_error()
    {
        using var log = new LogLines();
        var call = new WatchedCall();
        var sessions = new HeldPuts();
        await using var node = await TestNode.StartAsync(builder =>
        {
            log.AddTo(builder);
            builder.Services.AddSingleton(call);
            builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<WatchedCall>());
            builder.Services.AddSingleton<ISessions>(provider =>
            {
                sessions.Inner = provider.GetRequiredService<MemorySessions>();
                return sessions;
            });
        });
        using var metrics = new CollectedMetrics(node.Services);
        using var leave = new CancellationTokenSource();
        var puts = Enumerable.Range(1, 10_000).Select(user => new PutArg { UserId = user, Server = 3 });
        using var mput = node.Client.MPutAsync(new MPutArg { Puts = { puts } }, cancellationToken: leave.Token);
        await sessions.Held.Task.WaitAsync(Eventually.Limit);

        await leave.CancelAsync();
        await call.Left.Task.WaitAsync(Eventually.Limit);
        sessions.Go.SetResult();
        await call.Ended.Task.WaitAsync(Eventually.Limit);

        Assert.InRange((await node.Client.CountAsync(new NoArg())).Count, 1, 1_000);
        await Eventually.UntilAsync(async () => (await node.Client.PingAsync(new NoArg())) is not null);
        Assert.Equal(0, log.Count("Error") + log.Count("Warning"));
        await Eventually.UntilAsync(() =>
            metrics["rpc.server.call.duration", "goim.router.RouterRPC/MPut", "Cancelled"] == 1);
    }

    private sealed class WatchedCall : Interceptor
    {
        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            if (request is not MPutArg)
            {
                return await continuation(request, context);
            }

            await using var registration = context.CancellationToken.Register(() => Left.TrySetResult());
            try
            {
                return await continuation(request, context);
            }
            finally
            {
                Ended.TrySetResult();
            }
        }
    }

    /// <summary>Sessions in memory. The first put is held.</summary>
    private sealed class HeldPuts : ISessions
    {
        private int puts;

        public MemorySessions Inner { get; set; } = null!;

        public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Store => Inner.Store;

        public string StoreId => Inner.StoreId;

        public async ValueTask<PutResult> PutAsync(PutArg session)
        {
            if (Interlocked.Increment(ref puts) == 1)
            {
                Held.SetResult();
                await Go.Task;
            }

            return await Inner.PutAsync(session);
        }

        public ValueTask<bool> DelAsync(long userId, int seq, long? ageMs) => Inner.DelAsync(userId, seq, ageMs);

        public ValueTask<bool> DelRequestAsync(long userId, ByteString requestId) => Inner.DelRequestAsync(userId, requestId);

        public ValueTask DelServerAsync(
            int server, TimeSpan age, Func<ValueTask> beforeFirst, CancellationToken cancellationToken) =>
            Inner.DelServerAsync(server, age, beforeFirst, cancellationToken);

        public ValueTask<ChangeRoomReply> ChangeRoomAsync(ChangeRoomArg change) => Inner.ChangeRoomAsync(change);

        public ValueTask<IReadOnlyList<GetReply>> GetAsync(
            IReadOnlyList<long> userIds, int maxSessions, CancellationToken cancellationToken) =>
            Inner.GetAsync(userIds, maxSessions, cancellationToken);

        public ValueTask<UserPage> UsersAboveAsync(long afterUserId, int limit, CancellationToken cancellationToken) =>
            Inner.UsersAboveAsync(afterUserId, limit, cancellationToken);

        public ValueTask<RoomUsersReply> RoomUsersAsync(
            int roomId, long? afterUserId, int limit, CancellationToken cancellationToken) =>
            Inner.RoomUsersAsync(roomId, afterUserId, limit, cancellationToken);

        public ValueTask<int> UserCountAsync(long userId) => Inner.UserCountAsync(userId);

        public ValueTask<int> RoomCountAsync(int roomId) => Inner.RoomCountAsync(roomId);

        public ValueTask<int> CountAsync() => Inner.CountAsync();

        public ValueTask<StoreCount> StoreCountAsync() => Inner.StoreCountAsync();

        public ValueTask AddRoomCountsAsync(Dictionary<int, int> total, CancellationToken cancellationToken) =>
            Inner.AddRoomCountsAsync(total, cancellationToken);

        public ValueTask AddServerCountsAsync(Dictionary<int, int> total, CancellationToken cancellationToken) =>
            Inner.AddServerCountsAsync(total, cancellationToken);
    }
}
