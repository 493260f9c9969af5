using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>Nodes that are stopped in the middle of a call, and go on with it later.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class FrozenNodeTests
{
    private const int Clients = 40;

    [Fact]
    public async Task Connects_that_were_refused_while_the_node_was_frozen_leave_nothing()
    {
        await using var node = await RouterProcess.StartAsync();
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}", "--Router:CallTimeout=00:00:01"]);
        await RefuseWhileFrozenAsync(host, node);

        await AssertNothingIsLeftAsync(host);
    }

    [AzuriteFact]
    public async Task With_storage_another_process_of_the_app_deletes_them()
    {
        await using var azurite = await Azurite.StartAsync();
        await using var node = await RouterProcess.StartAsync();
        string[] settings =
        [
            $"--Router:Nodes:1={node.Address}", "--Router:CallTimeout=00:00:01", $"--AzureWebJobsStorage={azurite.ConnectionString}",
        ];
        await using (var host = await TestHost.StartAsync([], [.. settings, "--AzureWebJobs.ReplayJournal.Disabled=true"]))
        {
            await RefuseWhileFrozenAsync(host, node);
        }

        await using var other = await TestHost.StartAsync([], settings);
        await Eventually.UntilAsync(async () =>
            (await other.StatAsync()).GetProperty("journal").GetProperty("replayed").GetInt32() == Clients);
        await AssertNothingIsLeftAsync(other);
    }

    [RedisFact]
    public async Task Over_Redis_another_node_takes_the_connects_and_the_frozen_one_adds_none()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var frozen = await RouterProcess.StartAsync("redis", redis.Address);
        await using var other = await RouterProcess.StartAsync("redis", redis.Address);
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={frozen.Address},{other.Address}", "--Router:CallTimeout=00:00:10"]);
        await WarmUpAsync(host);
        await frozen.FreezeAsync();

        var answers = await ConnectAsync(host);
        Assert.All(answers, answer => Assert.Equal(1, answer.GetProperty("ret").GetInt32()));
        frozen.Thaw();
        await Eventually.UntilAsync(() => AnswersAsync(host));

        (await host.CountNowAsync("allservercount")).HasData($$$"""{"counter":{"9":{{{Clients}}}}}""");
    }

    // The frozen node has a server/del in its buffers that another node has carried out long ago.
    [RedisFact]
    public async Task A_deletion_that_a_frozen_node_finds_later_deletes_nothing_new()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var frozen = await RouterProcess.StartAsync("redis", redis.Address);
        await using var other = await RouterProcess.StartAsync("redis", redis.Address);
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={frozen.Address}", $"--Router:Nodes:2={other.Address}", "--Router:CallTimeout=00:00:04"]);
        await WarmUpAsync(host);
        for (var round = 0; round < 5; round++)
        {
            Assert.All(await ConnectAsync(host), answer => Assert.True(answer.Ret() == 1, answer.GetRawText()));
            await frozen.FreezeAsync();
            (await host.PostAsync("/1/server/del?server=9", "")).IsOk();
            Assert.All(await ConnectAsync(host), answer => Assert.True(answer.Ret() == 1, answer.GetRawText()));
            frozen.Thaw();
            await Eventually.UntilAsync(() => AnswersAsync(host));

            (await host.CountNowAsync("allservercount")).HasData($$$"""{"counter":{"9":{{{Clients}}}}}""");
            (await host.PostAsync("/1/server/del?server=9", "")).IsOk();
        }
    }

    private static async Task RefuseWhileFrozenAsync(TestHost host, RouterProcess node)
    {
        await WarmUpAsync(host);
        await node.FreezeAsync();
        Assert.All(await ConnectAsync(host), answer => answer.IsRefused("router node 1 did not answer: the client is not connected."));
        node.Thaw();
    }

    private static async Task WarmUpAsync(TestHost host)
    {
        await Eventually.UntilAsync(async () => (await host.PostAsync("/1/connect", """{"token":"1","server":7}""")).Ret() == 1);
        (await host.PostAsync("/1/server/del?server=7", "")).IsOk();
    }

    private static Task<System.Text.Json.JsonElement[]> ConnectAsync(TestHost host) => Task.WhenAll(
        Enumerable.Range(100, Clients).Select(user => host.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":9}""")));

    private static async Task<bool> AnswersAsync(TestHost host) => (await host.GetAsync("/1/router/ping")).Ret() == 1;

    private static async Task<bool> IsEmptyAsync(TestHost host) =>
        (await host.CountNowAsync("allservercount")).GetRawText() == """{"ret":1,"data":{"counter":{}}}""";

    // The count stays 0 once it is, whatever the node still finds in its buffers: the pings go through them too.
    private static async Task AssertNothingIsLeftAsync(TestHost host)
    {
        await Eventually.UntilAsync(() => AnswersAsync(host));
        await Eventually.UntilAsync(() => IsEmptyAsync(host));
        for (var check = 0; check < 2; check++)
        {
            for (var ping = 0; ping < 20; ping++)
            {
                await Eventually.UntilAsync(() => AnswersAsync(host));
            }

            Assert.True(await IsEmptyAsync(host));
        }

        (await host.PostAsync("/1/connect", """{"token":"100","server":9}""")).GetProperty("data");
        var sessions = (await host.GetAsync("/1/router/get?uid=100")).GetProperty("data").GetProperty("sessions");
        Assert.Equal(1, sessions.GetArrayLength());
    }
}
