using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>Router nodes that do not keep their sessions in one place: no call is made.</summary>
public sealed class DifferentStoresTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    // Placed by Vectors/ketama.json: 2001 on node 2, 2002 on node 1.
    private const long OnSecond = 2001, OnFirst = 2002;
    private const string Names = "router nodes 1, 2 keep their sessions in different stores: expected one Redis for all of them "
        + "(RouterNode__Redis); ";

    private const string Addresses = "router node 1 keeps its sessions in different stores: expected one Redis for all of its addresses "
        + "(RouterNode__Redis); ";

    [RedisTheory]
    [InlineData(false, Names)]
    [InlineData(true, Addresses)]
    public async Task Every_call_is_refused_and_changes_nothing(bool isOneNode, string sentence)
    {
        await using var other = await RedisServer.StartAsync();
        await redis.Server.FlushAsync();
        await using var first = await OverAsync(redis.Server);
        await using var second = await OverAsync(other);
        await first.PutAsync(OnFirst, 1, 3, 1);
        await second.PutAsync(OnSecond, 1, 3, 1);
        await using var host = await TestHost.StartAsync([], Settings(isOneNode, first.Address, second.Address));

        // The first call that needs every node awaits that all have been asked.
        (await host.GetAsync("/1/count?type=room")).IsRefused("in different stores");
        await UntilLastingAsync(host, sentence);
        (await host.GetAsync("/1/count?type=server")).IsRefused(sentence);
        (await host.GetAsync("/1/router/allroomcount")).IsRefused(sentence);
        (await host.GetAsync("/1/router/getall?node=1")).IsRefused(sentence);
        (await host.PostAsync("/1/server/del?server=3", "")).IsRefused(sentence);
        (await host.PostAsync("/1/heartbeat", """{"server":3}""")).IsRefused(sentence);
        (await host.PostAsync("/1/pushs", """{"m":1,"u":[2001,2002]}""")).IsRefused($"{sentence}nothing was sent.");
        foreach (var user in new[] { OnFirst, OnSecond })
        {
            (await host.PostAsync($"/1/push?uid={user}", "m")).IsRefused($"{sentence}nothing was sent.");
            (await host.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":3}""")).IsRefused(sentence);
            (await host.PostAsync("/1/disconnect", $$"""{"key":"{{user}}_1"}""")).IsRefused(sentence);
            (await host.PostAsync("/1/router/mput", $$"""{"puts":[{"key":"{{user}}_7","server":3}]}""")).IsRefused(sentence);
        }

        Assert.Equal(502, (await host.PostRawAsync("/1/push?uid=2001", [], "X-Goim-Errors: http")).Status);
        await host.UntilPingAsync("router");
        Assert.Empty(host.Records());
        Assert.Empty(host.Events());
        foreach (var (node, user) in new[] { (first, OnFirst), (second, OnSecond) })
        {
            Assert.Equal(1, (await node.Client.CountAsync(new NoArg())).Count);
            Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = user })).Seqs);
        }
    }

    [RedisFact]
    public async Task A_node_in_memory_beside_one_over_Redis_is_refused()
    {
        await using var first = await TestNode.StartAsync();
        await using var second = await OverAsync(redis.Server);
        await using var host = await TestHost.StartAsync([], Settings(false, first.Address, second.Address));

        (await host.PostAsync("/1/server/del?server=3", "")).IsRefused("in different stores");
        await UntilLastingAsync(host, Names);
        (await host.PostAsync("/1/push?uid=2001", "m")).IsRefused($"{Names}nothing was sent.");
        (await host.PostAsync("/1/push?uid=2002", "m")).IsRefused($"{Names}nothing was sent.");
    }

    [RedisFact]
    public async Task The_nodes_of_the_ring_before_count_too()
    {
        await using var other = await RedisServer.StartAsync();
        await using var first = await OverAsync(redis.Server);
        await using var second = await OverAsync(other);
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={first.Address}", $"--Router:PreviousNodes:2={second.Address}"]);

        await UntilLastingAsync(host, Names);
    }

    // No call reaches a node that comes up over another Redis. When it is over the same one, calls go on.
    [RedisTheory]
    [InlineData(false, Names)]
    [InlineData(true, Addresses)]
    public async Task A_node_that_comes_up_later_is_known_before_its_first_call(bool isOneNode, string sentence)
    {
        await using var other = await RedisServer.StartAsync();
        await redis.Server.FlushAsync();
        await using var first = await OverAsync(redis.Server);
        await using var second = await RouterProcess.StartAsync("redis", other.Setting);
        await second.KillAsync();
        await using var host = await TestHost.StartAsync([], Settings(isOneNode, first.Address, second.Address));
        (await host.GetAsync("/1/count?type=room")).HasData("[]");
        Assert.Equal(1, (await ConnectAsync(host)).Ret());

        await second.RestartAsync();
        await Eventually.UntilAsync(async () => (await ConnectAsync(host)).Ret() != 1);
        await UntilLastingAsync(host, sentence);
        (await ConnectAsync(host)).IsRefused(sentence);
        Assert.Equal(0, (await second.Client.CountAsync(new NoArg())).Count);

        await second.KillAsync();
        await second.RestartAsync("--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");
        await Eventually.UntilAsync(async () => (await ConnectAsync(host)).Ret() == 1);
        var count = (await first.Client.CountAsync(new NoArg())).Count;
        await Eventually.UntilAsync(async () =>
            (await host.GetAsync("/1/count?type=room")).GetRawText() == $$"""{"ret":1,"data":[{"RoomId":1,"Count":{{count}}}]}""");
    }

    // At first it could be one Redis that has lost its data.
    private static Task UntilLastingAsync(TestHost host, string sentence) => Eventually.UntilAsync(async () =>
    {
        var answer = await host.PostAsync("/1/heartbeat", """{"server":3}""");
        answer.IsRefused("in different stores");
        return answer.GetProperty("error").GetString()!.Contains(sentence, StringComparison.Ordinal);
    });

    private static Task<System.Text.Json.JsonElement> ConnectAsync(TestHost host) =>
        host.PostAsync("/1/connect", $$"""{"token":"{{OnSecond}}","server":3}""");

    private static Task<TestNode> OverAsync(RedisServer server) =>
        TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={server.Setting}");

    private static string[] Settings(bool isOneNode, string first, string second) => isOneNode
        ? [$"--Router:Nodes:1={first},{second}"]
        : [$"--Router:Nodes:1={first}", $"--Router:Nodes:2={second}"];
}
