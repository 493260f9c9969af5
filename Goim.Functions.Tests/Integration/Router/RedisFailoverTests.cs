using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Goim.Router.Leases;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>A Redis with a replica, which takes over when its master is gone.</summary>
public sealed class RedisFailoverTests
{
    // The replica may lack the last writes of its master, so every comet must restore its connections.
    [RedisFact]
    public async Task A_replica_that_takes_over_changes_the_epochs_and_heartbeats_go_on_without_the_old_master()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{master.Port}");
        await using var node = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={master.Address},{replica.Address}");
        await Eventually.UntilAsync(node.AnswersAsync);
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });
        var before = await node.Client.HeartbeatAsync(new HeartbeatArg { Server = 3 });
        await using var direct = await ConnectionMultiplexer.ConnectAsync($"{replica.Setting},allowAdmin=true");
        await Eventually.UntilAsync(async () => await direct.GetServers()[0].DatabaseSizeAsync() >= 5);

        await master.KillAsync();
        await direct.GetServers()[0].ExecuteAsync("REPLICAOF", "NO", "ONE");
        await Eventually.UntilAsync(node.AnswersAsync);

        var after = await node.Client.HeartbeatAsync(new HeartbeatArg { Server = 3 });
        Assert.NotEqual(before.Epoch, after.Epoch);
        Assert.Equal(before.StoreId, after.StoreId);

        // The node may look at the replica twice until it has settled.
        await Eventually.UntilAsync(async () =>
            (await node.Client.HeartbeatAsync(new HeartbeatArg { Server = 3 })).Epoch
            == (await node.Client.HeartbeatAsync(new HeartbeatArg { Server = 3 })).Epoch);
        Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
    }

    // Redis' clock may jump with a failover. Here the lease of a healthy server is over by the clock of the replica.
    [RedisFact]
    public async Task A_replica_that_takes_over_ends_no_lease()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{master.Port}");
        await using var node = await TestNode.StartAsync(
            null,
            "--RouterNode:Store=redis",
            $"--RouterNode:Redis={master.Address},{replica.Address}",
            "--RouterNode:ServerLease=1.00:00:00");
        var leases = node.Services.GetRequiredService<LeaseExpiry>();
        await Eventually.UntilAsync(node.AnswersAsync);
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });
        await leases.ExpireAsync(CancellationToken.None);
        await using var direct = await ConnectionMultiplexer.ConnectAsync($"{replica.Setting},allowAdmin=true");
        await Eventually.UntilAsync(async () => await direct.GetServers()[0].DatabaseSizeAsync() >= 6);

        await master.KillAsync();
        await direct.GetServers()[0].ExecuteAsync("REPLICAOF", "NO", "ONE");
        await Eventually.UntilAsync(node.AnswersAsync);
        await using var promoted = await ConnectionMultiplexer.ConnectAsync(replica.Setting);
        await promoted.GetDatabase().SortedSetAddAsync("goim3:leases", 3, 1);
        await leases.ExpireAsync(CancellationToken.None);

        Assert.Equal(1, (await node.Client.AllServerCountAsync(new NoArg())).Counter[3]);
    }

    [RedisFact]
    public async Task A_node_whose_user_may_not_call_INFO_tells_epochs_too()
    {
        await using var redis = await RedisServer.StartAsync(
            "--user", "default", "off", "--user", "node", "on", ">s3cret", "~*", "&*", "+@all", "-info");
        await using var node = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting},user=node,password=s3cret");
        await Eventually.UntilAsync(node.AnswersAsync);

        Assert.Matches("^[0-9a-f]{16}$", (await node.Client.HeartbeatAsync(new HeartbeatArg { Server = 3 })).Epoch);
    }
}
