using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Net.Client;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Each metric of a router node moves for its own reason.</summary>
public sealed class RouterMetricsTests
{
    private const string Lease = "--RouterNode:ServerLease=00:10:00";

    [Fact]
    public async Task A_node_in_memory_tells_its_sessions_users_and_leases()
    {
        await using var node = await TestNode.StartAsync(null, Lease);

        await FollowsPutsAndDelsAsync(node);
    }

    [RedisFact]
    public async Task A_node_over_Redis_tells_those_of_the_store_and_how_long_Redis_takes()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.RestartSetting}", Lease);
        await Eventually.UntilAsync(node.AnswersAsync);
        using var metrics = new CollectedMetrics(node.Services);

        await FollowsPutsAndDelsAsync(node);

        Assert.Equal(4, metrics["db.client.operation.duration", "redis", "EVALSHA", "put"]);
        Assert.Equal(3, metrics["db.client.operation.duration", "EVALSHA", "del"]);
        Assert.InRange(metrics["db.client.operation.duration", "HVALS"], 1, int.MaxValue);
        Assert.Empty(metrics.Values("db.client.operation.duration", "error.type"));
        await redis.KillAsync();
        await Eventually.UntilAsync(() => metrics.Values("db.client.operation.duration", "error.type").Length > 0);
        await Eventually.UntilAsync(() => !metrics.Has("goim.router.sessions") && !metrics.Has("goim.router.users"));
    }

    [Fact]
    public async Task Calls_are_counted_by_method_and_status()
    {
        await using var node = await TestNode.StartAsync(
            null, "--RouterNode:Token=token-of-the-metrics-test", "--Logging:LogLevel:Default=None");
        using var metrics = new CollectedMetrics(node.Services);
        var token = new Metadata { { "authorization", "Bearer token-of-the-metrics-test" } };
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 }, token);
        await node.Client.GetAsync(new GetArg { UserId = 42 }, token);
        await node.Client.GetAsync(new GetArg { UserId = 43 }, token);
        await RefusedAsync(() => node.Client.PutAsync(new PutArg { UserId = 42, Seq = -1 }, token));
        await RefusedAsync(() => node.Client.PutAsync(new PutArg { UserId = 42 }));
        using var channel = GrpcChannel.ForAddress(node.Address);
        var unknown = new Method<NoArg, NoReply>(
            MethodType.Unary, "made.up.Service", "Name", Marshaller<NoArg>(NoArg.Parser), Marshaller<NoReply>(NoReply.Parser));
        await RefusedAsync(() => channel.CreateCallInvoker().AsyncUnaryCall(unknown, null, new CallOptions(token), new NoArg()));

        await Eventually.UntilAsync(() => metrics["rpc.server.call.duration"] == 6);
        Assert.Equal(1, metrics["rpc.server.call.duration", "grpc", "goim.router.RouterRPC/Put", "OK"]);
        Assert.Equal(2, metrics["rpc.server.call.duration", "goim.router.RouterRPC/Get", "OK"]);
        Assert.Equal(1, metrics["rpc.server.call.duration", "goim.router.RouterRPC/Put", "InvalidArgument"]);
        Assert.Equal(1, metrics["rpc.server.call.duration", "goim.router.RouterRPC/Put", "Unauthenticated"]);
        Assert.Equal(1, metrics["rpc.server.call.duration", "_OTHER", "Unimplemented"]);
    }

    // User 1 has two sessions, user 2 one; then user 2 none, then nobody any.
    private static async Task FollowsPutsAndDelsAsync(TestNode node)
    {
        using var metrics = new CollectedMetrics(node.Services);
        await UntilAsync(0, 0, 0);
        await node.Client.PutAsync(new PutArg { UserId = 1, Server = 3, RoomId = 1 });
        await node.Client.PutAsync(new PutArg { UserId = 1, Server = 4, RoomId = -1 });
        await node.Client.PutAsync(new PutArg { UserId = 2, Server = 4, RoomId = 1 });
        await UntilAsync(3, 2, 2);
        await node.Client.DelAsync(new DelArg { UserId = 2, Seq = 1 });
        await UntilAsync(2, 1, 2);
        await node.Client.DelAsync(new DelArg { UserId = 1, Seq = 1 });
        await node.Client.DelAsync(new DelArg { UserId = 1, Seq = 2 });
        await UntilAsync(0, 0, 2);
        await node.Client.PutAsync(new PutArg { UserId = 2, Server = 3, RoomId = 1 });
        await UntilAsync(1, 1, 2);

        Task UntilAsync(int sessions, int users, int leases) => Eventually.UntilAsync(() =>
            metrics["goim.router.sessions"] == sessions
            && metrics["goim.router.users"] == users
            && metrics["goim.router.leases"] == leases);
    }

    private static async Task RefusedAsync<T>(Func<AsyncUnaryCall<T>> call) =>
        await Assert.ThrowsAsync<RpcException>(async () => await call());

    private static Marshaller<T> Marshaller<T>(Google.Protobuf.MessageParser<T> parser)
        where T : class, Google.Protobuf.IMessage<T> =>
        Marshallers.Create(static message => Google.Protobuf.MessageExtensions.ToByteArray(message), parser.ParseFrom);
}
