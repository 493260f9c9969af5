using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;
using static Goim.Functions.Tests.Faults.Router.RefusedWrites;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>A Redis that has reached its maxmemory: only puts and changes of room are refused.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class FullRedisTests : IAsyncLifetime
{
    private const int Users = 1_000;
    private RedisServer redis = null!;
    private TestNode node = null!;

    public async Task InitializeAsync()
    {
        if (RedisServer.Missing is not null)
        {
            return;
        }

        redis = await RedisServer.StartAsync("--maxmemory-policy", "noeviction");
        node = await StartAsync();
        var puts = Enumerable.Range(1, Users).Select(user => new PutArg { UserId = user, Server = user % 2, RoomId = user % 10 });
        await node.Client.MPutAsync(new MPutArg { Puts = { puts } });
        await node.Client.MChangeRoomAsync(Change(43, 12, isSent: false));
        await node.Client.HeartbeatAsync(new HeartbeatArg { Server = 0 });
        await redis.ExecuteAsync("config", "set", "maxmemory", "1mb");
    }

    public async Task DisposeAsync()
    {
        if (redis is not null)
        {
            await node.DisposeAsync();
            await redis.DisposeAsync();
        }
    }

    [RedisFact]
    public Task A_put_is_refused_since_Redis_is_full() =>
        AssertRefusedAsync(StatusCode.ResourceExhausted, "full", node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 }));

    [RedisFact]
    public Task A_change_of_room_is_refused_too() =>
        AssertRefusedAsync(StatusCode.ResourceExhausted, "full", node.Client.MChangeRoomAsync(Change(42, 3, isSent: false)));

    [RedisFact]
    public Task Calls_other_than_puts_are_answered() => AssertOtherCallsAsync(node);

    [RedisFact]
    public async Task They_are_answered_by_a_node_that_starts_now()
    {
        await using var started = await StartAsync();

        await AssertOtherCallsAsync(started);
    }

    [RedisFact]
    public async Task They_are_answered_after_the_connections_to_Redis_broke()
    {
        await redis.CommandAsync("client", "kill", "type", "normal");
        await Eventually.UntilAsync(node.AnswersAsync);

        await AssertOtherCallsAsync(node);
    }

    [RedisFact]
    public async Task Answers_tell_that_puts_are_refused_until_Redis_has_memory_again()
    {
        await UntilPutsAreAsync(node, "full");

        await redis.ExecuteAsync("config", "set", "maxmemory", "0");
        await UntilPutsWorkAsync(node);
        await UntilPutsAreAsync(node, null);
    }

    private async Task<TestNode> StartAsync()
    {
        var started = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting}", "--RouterNode:ServerLease=1.00:00:00");
        await Eventually.UntilAsync(started.AnswersAsync);
        return started;
    }

    private static MChangeRoomArg Change(long user, int room, bool isSent) =>
        new() { Changes = { new ChangeRoomArg { UserId = user, Seq = 1, RoomId = room, IsSent = isSent } } };

    private static async Task AssertOtherCallsAsync(TestNode node)
    {
        Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
        Assert.Equal(2, (await node.Client.MGetAsync(new MGetArg { UserIds = { 42, 43 } })).Sessions.Sum(user => user.Seqs.Count));
        Assert.Equal(1, (await node.Client.UserCountAsync(new UserCountArg { UserId = 42 })).Count);
        Assert.Equal(Users / 10, (await node.Client.RoomCountAsync(new RoomCountArg { RoomId = 2 })).Count);
        var packed = new PackedRouterRPC.PackedRouterRPCClient(node.Channel);
        Assert.Equal(Users / 10, (await packed.RoomUsersAsync(new RoomUsersArg { RoomId = 2, Limit = 1_000 })).UserIds.Count);
        Assert.Equal(Users, (await packed.TotalsAsync(new NoArg())).Users);
        Assert.True((await node.Client.MChangeRoomAsync(Change(43, 12, isSent: true))).Changes[0].Has);
        Assert.Equal(86_400_000, (await node.Client.HeartbeatAsync(new HeartbeatArg { Server = 0 })).LeaseMs);
        Assert.Equal(86_400_000, (await node.Client.HeartbeatAsync(new HeartbeatArg { Server = 7 })).LeaseMs);

        Assert.True((await node.Client.DelAsync(new DelArg { UserId = 42, Seq = 1 })).Has);
        Assert.Empty((await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
        Assert.Equal(Users - 1, (await node.Client.CountAsync(new NoArg())).Count);
        await node.Client.DelServerAsync(new DelServerArg { Server = 1 });
        var servers = (await node.Client.AllServerCountAsync(new NoArg())).Counter;
        Assert.Equal([(0, (Users / 2) - 1)], servers.Select(server => (server.Key, server.Value)));
        Assert.Equal((Users / 2) - 1, (await node.Client.AllRoomCountAsync(new NoArg())).Counter.Sum(room => room.Value));
    }
}
