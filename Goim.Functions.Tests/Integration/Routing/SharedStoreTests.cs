using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Routing.Ring;


namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>Two router nodes over one Redis: each knows every session, and takes over the other's calls.</summary>
public sealed class SharedStoreTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        if (RedisServer.Missing is not null)
        {
            return;
        }

        await redis.Server.FlushAsync();
        host = await TestHost.StartAsync(
            ["1", "2"], [], nodeSettings: ["--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}"]);
    }

    public async Task DisposeAsync() => await (host?.DisposeAsync() ?? ValueTask.CompletedTask);

    [RedisFact]
    public async Task Counts_are_those_of_one_store()
    {
        await ConnectAsync(20);

        (await host.GetAsync("/1/count?type=room")).HasData("""[{"RoomId":1,"Count":20}]""");
        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":3,"Count":20}]""");
        (await host.GetAsync("/1/router/allservercount")).HasData("""{"counter":{"3":20}}""");
        (await host.PostAsync("/1/push/all?dry=1", "m")).HasData("""{"sessions":20,"servers":1,"records":1}""");
    }

    [RedisTheory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task A_node_that_is_gone_is_missed_by_nobody(string gone)
    {
        await ConnectAsync(20);
        await host.Nodes[gone].DisposeAsync();

        for (var user = 1; user <= 20; user++)
        {
            (await host.PostAsync($"/1/push?uid={user}&dry=1", "m")).HasData("""{"sessions":1,"servers":1,"records":1,"offline":[]}""");
            (await host.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":5}""")).HasData($$"""{"key":"{{user}}_2","roomId":1}""");
        }

        var users = string.Join(',', Enumerable.Range(1, 21));
        (await host.PostAsync("/1/pushs?dry=1", $$"""{"m":1,"u":[{{users}}]}"""))
            .HasData("""{"sessions":40,"servers":2,"records":2,"offline":[21]}""");
        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":3,"Count":20},{"Server":5,"Count":20}]""");
        (await host.PostAsync("/1/server/del?server=3", "")).IsOk();
        (await host.PostAsync("/1/disconnect", """{"key":"7_2"}""")).HasData("""{"has":true}""");
        const string Puts = """{"puts":[{"key":"7_9","server":8,"roomId":1},{"userId":7,"server":8,"roomId":1}]}""";
        (await host.PostAsync("/1/router/mput", Puts)).HasData("""{"keys":["7_9","7_10"]}""");
        var heartbeat = (await host.PostAsync("/1/heartbeat", """{"server":5}""")).GetProperty("data");
        Assert.Matches("^[0-9a-f]{16}$", Assert.Single(heartbeat.GetProperty("epochs").EnumerateObject()).Name);
        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":5,"Count":19},{"Server":8,"Count":2}]""");
        Assert.Equal(20, (await host.GetAsync($"/1/router/getall?node={gone}")).GetProperty("data").GetProperty("users").GetArrayLength());
        await host.UntilWellAsync();
    }

    // The app keeps running while its nodes are restarted over Redis, on the same addresses.
    [RedisFact]
    public async Task Nodes_that_have_come_to_share_their_sessions_are_known_to()
    {
        await using var first = await RouterProcess.StartAsync();
        await using var second = await RouterProcess.StartAsync();
        await using var over = await TestHost.StartAsync([], [$"--Router:Nodes:1={first.Address}", $"--Router:Nodes:2={second.Address}"]);
        Assert.Equal(1, (await over.GetAsync("/1/count?type=room")).Ret());
        foreach (var node in new[] { first, second })
        {
            await node.KillAsync();
            await node.RestartAsync("--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");
        }

        await ConnectAsync(20);
        var users = string.Join(',', Enumerable.Range(1, 20));
        await Eventually.UntilAsync(async () =>
            (await over.PostAsync("/1/pushs?dry=1", $$"""{"m":1,"u":[{{users}}]}""")).Ret() == 1);
        // The first count is cached for a second.
        await Eventually.UntilAsync(async () => (await over.GetAsync("/1/count?type=room")).GetRawText() != """{"ret":1,"data":[]}""");
        (await over.GetAsync("/1/count?type=room")).HasData("""[{"RoomId":1,"Count":20}]""");
        await first.KillAsync();
        for (var user = 1; user <= 20; user++)
        {
            (await over.PostAsync($"/1/push?uid={user}&dry=1", "m")).HasData("""{"sessions":1,"servers":1,"records":1,"offline":[]}""");
        }
    }

    [RedisFact]
    public async Task A_put_without_its_replica_is_refused_and_leaves_nothing()
    {
        await using var alone = await TestHost.StartAsync(
            ["1"],
            [],
            nodeSettings: ["--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}", "--RouterNode:RedisReplicas=1"]);

        (await alone.PostAsync("/1/connect", """{"token":"42","server":3}"""))
            .IsRefused("the Redis of router node 1 has too few replicas: the client is not connected.");
        (await alone.GetAsync("/1/count?type=room")).HasData("[]");
    }

    [RedisFact]
    public async Task A_node_that_was_gone_before_the_start_is_missed_by_nobody()
    {
        await host.Nodes["2"].DisposeAsync();
        await using var started = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={host.Nodes["1"].Address}", $"--Router:Nodes:2={host.Nodes["2"].Address}"]);

        await ConnectAsync(started, 20);

        (await started.GetAsync("/1/count?type=room")).HasData("""[{"RoomId":1,"Count":20}]""");
    }

    [RedisFact]
    public async Task Without_any_node_pushes_are_refused()
    {
        await ConnectAsync(1);
        await host.Nodes["1"].DisposeAsync();
        await host.Nodes["2"].DisposeAsync();

        (await host.PostAsync("/1/push?uid=1", "m")).IsRefused("router node", "did not answer: nothing was sent.");
        Assert.Equal(503, (int)(await host.Http.GetAsync("/monitor/ping")).StatusCode);

        // Each line of a batch names the node that owns its user, also when another node was asked in its place.
        var ring = new KetamaRing(["1", "2"]);
        int[] users = [1, 2, 3, 4, 5, 6, 7, 8];
        var lines = string.Join('\n', users.Select(user => $"{{\"uid\":{user},\"m\":1}}"));
        var answers = (await host.Http.PostAsync("/1/push/batch", new StringContent(lines))).Content.ReadAsStringAsync();
        Assert.Equal(
            users.Select((user, i) => $"line {i + 1}: router node {ring.NodeOf(user) + 1} did not answer: nothing was sent."),
            (await answers).TrimEnd().Split('\n').Select(line => JsonElement.Parse(line).GetProperty("error").GetString()));
    }

    // Both rings have the same sessions: none has to move, and none may be deleted from the node that had it.
    [RedisFact]
    public async Task A_changing_ring_over_one_store_keeps_every_session()
    {
        await ConnectAsync(50);
        await using var changing = await TestHost.StartAsync(
            [],
            [
                $"--Router:Nodes:1={host.Nodes["1"].Address}",
                $"--Router:Nodes:2={host.Nodes["2"].Address}",
                $"--Router:PreviousNodes:1={host.Nodes["1"].Address}",
            ]);
        var puts = string.Join(',', Enumerable.Range(1, 50).Select(user => $$"""{"key":"{{user}}_1","server":3,"roomId":1}"""));

        Assert.Equal(1, (await changing.PostAsync("/1/router/mput", $$"""{"puts":[{{puts}}]}""")).Ret());

        (await changing.GetAsync("/1/count?type=room")).HasData("""[{"RoomId":1,"Count":50}]""");
        (await changing.PostAsync("/1/connect", """{"token":"7","server":3}""")).HasData("""{"key":"7_2","roomId":1}""");
    }

    [RedisFact]
    public async Task With_Redis_down_nothing_answers_success_and_calls_go_on_when_it_is_back()
    {
        await using var own = await RedisServer.StartAsync("--appendonly", "yes");
        await using var over = await TestHost.StartAsync(
            ["1", "2"], [], nodeSettings: ["--RouterNode:Store=redis", $"--RouterNode:Redis={own.RestartSetting}"]);
        await Eventually.UntilAsync(async () => (await over.GetAsync("/1/router/ping")).Ret() == 1);
        (await over.PostAsync("/1/connect", """{"token":"42","server":3}""")).HasData("""{"key":"42_1","roomId":1}""");
        await own.KillAsync();

        (await over.PostAsync("/1/push?uid=42", "m")).IsRefused("did not answer: nothing was sent.");
        (await over.PostAsync("/1/pushs", """{"m":1,"u":[1,42]}""")).IsRefused("did not answer: nothing was sent.");
        (await over.PostAsync("/1/connect", """{"token":"42","server":3}""")).IsRefused("did not answer: the client is not connected.");
        (await over.GetAsync("/1/count?type=room")).IsRefused("did not answer: the count would be short.");

        await own.RestartAsync();
        await Eventually.UntilAsync(async () => (await over.PostAsync("/1/push?uid=42&dry=1", "m")).Ret() == 1);
        (await over.PostAsync("/1/push?uid=42&dry=1", "m")).HasData("""{"sessions":1,"servers":1,"records":1,"offline":[]}""");
    }

    private Task ConnectAsync(int users) => ConnectAsync(host, users);

    private static async Task ConnectAsync(TestHost to, int users)
    {
        for (var user = 1; user <= users; user++)
        {
            (await to.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":3}""")).HasData($$"""{"key":"{{user}}_1","roomId":1}""");
        }
    }
}
