using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Goim.Router.Leases;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Nodes whose clock is wrong, or jumps: no decision depends on it.</summary>
public sealed class ClockTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly ShiftedClock clock = new();

    [RedisTheory]
    [InlineData("memory", 2)]
    [InlineData("memory", -3_600)]
    [InlineData("redis", 2)]
    [InlineData("redis", 86_400)]
    public async Task Deletions_of_an_app_with_another_clock_delete(string store, int aheadSeconds)
    {
        clock.Shift = TimeSpan.FromSeconds(aheadSeconds);
        await using var node = await StartAsync(store, clock);
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        await host.PostAsync("/1/connect", """{"token":"42","server":3}""");
        await host.PostAsync("/1/connect", """{"token":"42","server":3}""");

        (await host.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"has":true}""");
        (await host.PostAsync("/1/server/del?server=3", "")).IsOk();

        (await host.GetAsync("/1/count?type=server")).HasData("[]");
        var skew = (await host.StatAsync()).GetProperty("routers")[0].GetProperty("skewMs").GetInt64();
        Assert.InRange(skew, (aheadSeconds * 1_000L) - 1_000, (aheadSeconds * 1_000L) + 1_000);
    }

    [RedisTheory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task A_clock_that_jumps_ends_no_lease_and_forgets_no_user(string store)
    {
        await using var node = await StartAsync(store, clock);
        await PutAsync(node, 42);
        await PutAsync(node, 43);
        await node.Client.DelAsync(new DelArg { UserId = 43, Seq = 1 });
        await ExpireLeasesAsync(node);

        foreach (var hours in new[] { 2, -2 })
        {
            clock.Shift = TimeSpan.FromHours(hours);
            await ExpireLeasesAsync(node);
            if (store == "memory")
            {
                node.Expire();
            }
        }

        Assert.Equal(1, (await node.Client.AllServerCountAsync(new NoArg())).Counter[3]);
        Assert.Equal(2, await PutAsync(node, 43));
    }

    [RedisFact]
    public async Task One_of_two_nodes_that_is_ahead_ends_no_lease()
    {
        await using var node = await StartAsync("redis", TimeProvider.System);
        clock.Shift = TimeSpan.FromMinutes(5);
        await using var ahead = await TestNode.StartAsync(With(clock), Settings("redis"));
        await PutAsync(node, 42);

        await ExpireLeasesAsync(ahead);
        await ExpireLeasesAsync(node);

        Assert.Equal(1, (await ahead.Client.AllServerCountAsync(new NoArg())).Counter[3]);
    }

    private static async Task<int> PutAsync(TestNode node, long user) =>
        (await node.Client.PutAsync(new PutArg { UserId = user, Server = 3, RoomId = -1 })).Seq;

    private static Task ExpireLeasesAsync(TestNode node) =>
        node.Services.GetRequiredService<LeaseExpiry>().ExpireAsync(CancellationToken.None);

    private static Action<WebApplicationBuilder> With(TimeProvider time) => builder => builder.Services.AddSingleton(time);

    private async Task<TestNode> StartAsync(string store, TimeProvider time)
    {
        await redis.Server.FlushAsync();
        return await TestNode.StartAsync(With(time), Settings(store));
    }

    private string[] Settings(string store) =>
        ["--RouterNode:ServerLease=00:01:00", $"--RouterNode:Store={store}", $"--RouterNode:Redis={redis.Server.Setting}"];
}
