using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>The epochs that heartbeats tell: they change when a server's sessions are forgotten.</summary>
public abstract class EpochTests : StoreTests
{
    [StoreFact]
    public async Task An_epoch_stays_while_nothing_is_forgotten()
    {
        var first = await EpochAsync(3);
        Assert.Matches("^[0-9a-f]{16}$", first);
        Assert.NotEqual(first, await EpochAsync(5));

        await PutAsync(42, 3);
        await Router.DelAsync(new DelArg { UserId = 42, Seq = 1 });

        Assert.Equal(first, await EpochAsync(3));
    }

    [StoreFact]
    public async Task A_deletion_of_a_servers_sessions_changes_its_epoch_alone()
    {
        var (first, other) = (await EpochAsync(3), await EpochAsync(5));
        await PutAsync(42, 3);
        await Router.DelServerAsync(new DelServerArg { Server = 3, AgeMs = 0 });

        var second = await EpochAsync(3);
        Assert.NotEqual(first, second);
        Assert.Equal(other, await EpochAsync(5));

        await Router.DelServerAsync(new DelServerArg { Server = 3 });
        await PutAsync(42, 3);
        await Router.DelServerAsync(new DelServerArg { Server = 3, AgeMs = 3_600_000 });
        Assert.Equal(second, await EpochAsync(3));
    }

    [StoreFact]
    public async Task Without_leases_a_heartbeat_says_so() =>
        Assert.Equal(0, (await Router.HeartbeatAsync(new HeartbeatArg { Server = 3 })).LeaseMs);

    private async Task<string> EpochAsync(int server) => (await Router.HeartbeatAsync(new HeartbeatArg { Server = server })).Epoch;
}

public sealed class MemoryEpochTests : EpochTests
{
    protected override string Store => "memory";

    private protected override Task<TestNode> StartAsync() => TestNode.StartAsync();
}

public sealed class RedisEpochTests(RedisFixture redis) : EpochTests, IClassFixture<RedisFixture>
{
    protected override string Store => "redis";

    private protected override Task<TestNode> StartAsync() => StartAsync(redis);
}
