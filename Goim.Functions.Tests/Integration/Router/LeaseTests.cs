using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Goim.Router.Leases;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Comet servers that stop renewing their lease of 60 s, on nodes whose clock the test sets: the same for each store.</summary>
public sealed class LeaseTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [RedisTheory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task A_server_without_a_heartbeat_loses_its_sessions_and_the_others_do_not(string store)
    {
        await using var node = await StartAsync(store);
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

    [RedisTheory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task A_server_that_comes_back_keeps_its_new_sessions(string store)
    {
        await using var node = await StartAsync(store);
        await PutAsync(node, 42, 3);
        await AfterAsync(node, 70);
        await AssertServersAsync("", node);

        Assert.Equal(2, await PutAsync(node, 42, 3));
        await AssertLeaseHoldsThenEndsAsync(node);
    }

    [RedisTheory]
    [InlineData("redis")]
    public async Task Sessions_from_before_there_were_leases_get_one(string store)
    {
        await using var node = await StartAsync(store);
        await using var without = await TestNode.StartAsync(
            Clock, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");
        await PutAsync(without, 42, 3);

        await AfterAsync(node, 1);
        await AssertLeaseHoldsThenEndsAsync(node);
    }

    [RedisTheory]
    [InlineData("redis")]
    public async Task A_lease_renewed_at_one_node_holds_at_the_others(string store)
    {
        await using var node = await StartAsync(store);
        await using var other = await TestNode.StartAsync(Clock, Settings(store));
        await AfterAsync(other, 0);
        await PutAsync(node, 42, 3);
        await AfterAsync(node, 40);
        await HeartbeatAsync(other, 3);
        await AfterAsync(node, 40);

        await AssertServersAsync("3:1", other);
    }

    [RedisTheory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task What_a_server_put_after_the_end_of_its_lease_is_spared(string store)
    {
        await using var node = await StartAsync(store);
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

    // No lease can be renewed while Redis is down, so none may expire. The fault test of the same name checks it in real time.
    [RedisFact]
    public async Task An_outage_of_Redis_longer_than_a_lease_expires_nobody()
    {
        await using var own = await RedisServer.StartAsync("--appendonly", "yes");
        await using var node = await TestNode.StartAsync(Clock, Settings("redis", own.RestartSetting));
        await Eventually.UntilAsync(node.AnswersAsync);
        await AfterAsync(node, 0);
        await PutAsync(node, 42, 3);
        await own.KillAsync();
        await AfterAsync(node, 70);

        await own.RestartAsync();
        await Eventually.UntilAsync(node.AnswersAsync);
        await AfterAsync(node, 0);
        await AssertLeaseHoldsThenEndsAsync(node);
    }

    [RedisTheory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task Puts_of_one_user_stay_in_order(string store)
    {
        await using var node = await StartAsync(store);

        var restores = Enumerable.Range(0, 50).Select(i => new PutArg { UserId = 42, Server = i % 7, Seq = 1 });
        var reply = await node.Client.MPutAsync(new MPutArg
        {
            Puts = { restores, new PutArg { UserId = 42, Server = 9, Seq = 1 }, new PutArg { UserId = 42, Server = 1 } },
        });

        Assert.Equal([1, 2], reply.Seqs.Skip(50));
        Assert.Equal([9, 1], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Servers);
    }

    [Fact]
    public async Task A_heartbeat_of_no_server_is_refused()
    {
        await using var node = await TestNode.StartAsync();

        var headers = new Metadata { { "goim-server", "three" } };
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await node.Client.PingAsync(new NoArg(), headers));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task Comets_send_heartbeats_through_the_facade()
    {
        await using var host = await TestHost.StartAsync();

        (await host.PostAsync("/1/heartbeat", """{"server":3}""")).HasData("{}");
        (await host.PostAsync("/1/heartbeat", """{"server":"3"}""")).IsRefused("server is '\"3\"'");
        await host.Nodes["1"].DisposeAsync();
        (await host.PostAsync("/1/heartbeat", """{"server":3}"""))
            .IsRefused("router node 1 did not answer: the lease is not renewed there, repeat the call.");
    }

    private void Clock(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(time);

    private string[] Settings(string store) => Settings(store, redis.Server.Setting);

    private static string[] Settings(string store, string connection) =>
        ["--RouterNode:ServerLease=00:01:00", $"--RouterNode:Store={store}", $"--RouterNode:Redis={connection}"];

    private async Task<TestNode> StartAsync(string store)
    {
        await redis.Server.FlushAsync();
        var node = await TestNode.StartAsync(Clock, Settings(store));
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

    private static async Task HeartbeatAsync(TestNode node, int server) =>
        await node.Client.PingAsync(new NoArg(), new Metadata { { "goim-server", $"{server}" } });

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
