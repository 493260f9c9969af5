using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>Comet servers that stop renewing their lease of 3 s, on nodes over Redis, by whose clock leases go.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class RedisLeaseTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [RedisFact]
    public async Task A_server_without_a_heartbeat_loses_its_sessions_and_the_others_do_not()
    {
        await using var node = await StartAsync();
        await PutAsync(node, 42, 3);
        await PutAsync(node, 42, 5);
        var (first, other) = (await HeartbeatAsync(node, 3), await HeartbeatAsync(node, 5));
        Assert.Equal(3_000, first.LeaseMs);

        await UntilGoneAsync(node, 3, renewed: 5);

        Assert.Equal([2], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
        Assert.Equal(other.Epoch, (await HeartbeatAsync(node, 5)).Epoch);
        await Eventually.UntilAsync(async () => (await HeartbeatAsync(node, 3)).Epoch != first.Epoch);

        // The server comes back.
        Assert.Equal(3, await PutAsync(node, 42, 3));
        await UntilGoneAsync(node, 5, renewed: 3);
        Assert.Equal([3], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
    }

    [RedisFact]
    public async Task Sessions_from_before_there_were_leases_get_one()
    {
        await redis.Server.FlushAsync();
        await using var without = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");
        await PutAsync(without, 42, 3);
        await PutAsync(without, 43, 5);

        await using var node = await TestNode.StartAsync(null, Settings);

        await UntilGoneAsync(node, 3, renewed: 5);
    }

    [RedisFact]
    public async Task A_lease_renewed_at_one_node_holds_at_the_others()
    {
        await using var node = await StartAsync();
        await using var other = await TestNode.StartAsync(null, Settings);
        await PutAsync(node, 42, 3);
        await PutAsync(node, 43, 5);

        // Server 5 renews at the other node only.
        await UntilGoneAsync(other, 3, renewed: 5);
        Assert.Equal(1, (await node.Client.AllServerCountAsync(new NoArg())).Counter[5]);
    }

    private string[] Settings =>
        ["--RouterNode:ServerLease=00:00:03", "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}"];

    private async Task<TestNode> StartAsync()
    {
        await redis.Server.FlushAsync();
        return await TestNode.StartAsync(null, Settings);
    }

    private static async Task<int> PutAsync(TestNode node, long user, int server) =>
        (await node.Client.PutAsync(new PutArg { UserId = user, Server = server, RoomId = -1 })).Seq;

    private static async Task<HeartbeatReply> HeartbeatAsync(TestNode node, int server) =>
        await node.Client.HeartbeatAsync(new HeartbeatArg { Server = server });

    // The other server sends heartbeats and must keep its sessions all the time.
    private static Task UntilGoneAsync(TestNode node, int server, int renewed) => Eventually.UntilAsync(async () =>
    {
        await HeartbeatAsync(node, renewed);
        var counts = (await node.Client.AllServerCountAsync(new NoArg())).Counter;
        Assert.True(counts.ContainsKey(renewed), $"server {renewed} has lost its sessions");
        return !counts.ContainsKey(server);
    });
}
