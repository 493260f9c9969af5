using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Goim.Router.Leases;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Comet servers that stop renewing their lease of 60 s, on a node whose clock the test sets.</summary>
/// <remarks>Leases over Redis go by Redis' clock: Faults/Router/RedisLeaseTests has them.</remarks>
public sealed class LeaseTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_server_without_a_heartbeat_loses_its_sessions_and_the_others_do_not()
    {
        await using var node = await StartAsync();
        await PutAsync(node, 42, 3);
        await PutAsync(node, 42, 5);
        await PutAsync(node, 43, 7);

        await AfterAsync(node, 40);
        await HeartbeatAsync(node, 5);
        await PutAsync(node, 44, 7);
        await AfterAsync(node, 30);

        await AssertServersAsync("5:1 7:2", node);
        Assert.Equal([2], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
    }

    [Fact]
    public async Task A_server_that_comes_back_keeps_its_new_sessions()
    {
        await using var node = await StartAsync();
        await PutAsync(node, 42, 3);
        await AfterAsync(node, 70);
        await AssertServersAsync("", node);

        Assert.Equal(2, await PutAsync(node, 42, 3));
        await AssertLeaseHoldsThenEndsAsync(node);
    }

    [Fact]
    public async Task What_a_server_put_after_the_end_of_its_lease_is_spared()
    {
        await using var node = await StartAsync();
        await PutAsync(node, 42, 3);
        await PutAsync(node, 43, 5);
        var expiry = node.Services.GetRequiredService<LeaseExpiry>();
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(2, await PutAsync(node, 42, 3));
        await expiry.ExpireAsync(CancellationToken.None);

        // If the put came just before the node noticed the end, the lease is renewed and the old session is kept too.
        await Eventually.UntilAsync(async () => await ServersAsync(node) is "3:1" or "3:2");
        Assert.Contains(2, (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
    }

    // A node that keeps its sessions in memory for a comet that paused: every session is gone, and the heartbeat must say so.
    [Fact]
    public async Task The_end_of_a_lease_changes_the_epoch_that_heartbeats_tell()
    {
        await using var node = await StartAsync();
        await PutAsync(node, 42, 3);
        await PutAsync(node, 43, 5);
        var (first, other) = (await HeartbeatAsync(node, 3), await HeartbeatAsync(node, 5));
        Assert.Equal(60_000, first.LeaseMs);

        await AfterAsync(node, 50);
        Assert.Equal(first.Epoch, (await HeartbeatAsync(node, 3)).Epoch);
        Assert.Equal(other.Epoch, (await HeartbeatAsync(node, 5)).Epoch);
        await AfterAsync(node, 20);
        Assert.Equal(other.Epoch, (await HeartbeatAsync(node, 5)).Epoch);
        await AfterAsync(node, 50);

        await AssertServersAsync("5:1", node);
        Assert.NotEqual(first.Epoch, (await HeartbeatAsync(node, 3)).Epoch);
        Assert.Equal(other.Epoch, (await HeartbeatAsync(node, 5)).Epoch);
    }

    // An app of an earlier version sends a ping with a header.
    [Fact]
    public async Task A_ping_with_a_server_renews_its_lease()
    {
        await using var node = await StartAsync();
        await PutAsync(node, 42, 3);
        await AfterAsync(node, 40);
        await node.Client.PingAsync(new NoArg(), new Metadata { { "goim-server", "3" } });

        await AssertLeaseHoldsThenEndsAsync(node);
    }

    [Fact]
    public async Task A_heartbeat_of_no_server_is_refused()
    {
        await using var node = await TestNode.StartAsync();

        var headers = new Metadata { { "goim-server", "three" } };
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await node.Client.PingAsync(new NoArg(), headers));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    private void Clock(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(time);

    private async Task<TestNode> StartAsync()
    {
        var node = await TestNode.StartAsync(Clock, "--RouterNode:ServerLease=00:01:00");
        await AfterAsync(node, 0);
        return node;
    }

    // Calls the node's expiry directly; its timer would run it on another thread.
    private async Task AfterAsync(TestNode node, int seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        await node.Services.GetRequiredService<LeaseExpiry>().ExpireAsync(CancellationToken.None);
    }

    private static async Task<int> PutAsync(TestNode node, long userId, int server) =>
        (await node.Client.PutAsync(new PutArg { UserId = userId, Server = server, RoomId = -1 })).Seq;

    private static async Task<HeartbeatReply> HeartbeatAsync(TestNode node, int server) =>
        await node.Client.HeartbeatAsync(new HeartbeatArg { Server = server });

    // The lease of server 3, which has one session, has just been renewed.
    private async Task AssertLeaseHoldsThenEndsAsync(TestNode node)
    {
        await AfterAsync(node, 50);
        await AssertServersAsync("3:1", node);
        await AfterAsync(node, 20);
        await AssertServersAsync("", node);
    }

    // The node's timer runs the expiry too, and either of the two may be the one that deletes.
    private static Task AssertServersAsync(string expected, TestNode node) =>
        Eventually.UntilAsync(async () => await ServersAsync(node) == expected);

    private static async Task<string> ServersAsync(TestNode node)
    {
        var counts = (await node.Client.AllServerCountAsync(new NoArg())).Counter;
        return string.Join(' ', counts.OrderBy(count => count.Key).Select(count => $"{count.Key}:{count.Value}"));
    }
}
