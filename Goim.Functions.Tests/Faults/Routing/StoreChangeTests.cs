using System.Diagnostics;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Routing;

/// <summary>The data of Redis is lost under two nodes: each tells the new id within a second, one after the other.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class StoreChangeTests
{
    private const int Callers = 10;
    private const string Differ = "keep";

    [RedisTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_go_on_within_seconds_and_never_answer_wrongly(bool isOneNode)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await RouterProcess.StartAsync("redis", redis.Setting);
        await using var second = await RouterProcess.StartAsync("redis", redis.Setting);
        await using var host = await TestHost.StartAsync([], Settings(isOneNode, first, second));
        for (var round = 0; round < 3; round++)
        {
            using var stop = new CancellationTokenSource();
            var callers = Enumerable.Range(1, Callers).Select(caller => CallAsync(host, (round * Callers) + caller, stop.Token)).ToArray();
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            await redis.FlushAsync();
            var flushed = Stopwatch.GetTimestamp();

            // Each node tells the new id a second later at the latest. From then on no call is refused.
            await Task.Delay(TimeSpan.FromSeconds(5));
            var users = Enumerable.Range(1_000 * (round + 1), 20).ToArray();
            foreach (var user in users)
            {
                Assert.Equal(1, (await host.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":{{round + 100}}}""")).Ret());
                Assert.Equal(1, (await SessionsAsync(host, user)).GetProperty("sessions").GetInt32());
            }

            Assert.Equal(
                users.Length,
                (await host.CountNowAsync("allservercount")).GetProperty("data").GetProperty("counter").GetProperty($"{round + 100}")
                    .GetInt32());
            await stop.CancelAsync();
            var last = (await Task.WhenAll(callers)).Max();
            Assert.InRange(Stopwatch.GetElapsedTime(flushed, Math.Max(flushed, last)), TimeSpan.Zero, TimeSpan.FromSeconds(4));
        }
    }

    // The id of a node that is gone is that of the lost data. The other node answers for it.
    [RedisFact]
    public async Task A_node_that_is_gone_does_not_hold_up_the_others()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await RouterProcess.StartAsync("redis", redis.Setting);
        await using var second = await RouterProcess.StartAsync("redis", redis.Setting);
        await using var host = await TestHost.StartAsync([], Settings(false, first, second));
        (await host.GetAsync("/1/count?type=room")).HasData("[]");
        await second.KillAsync();
        await redis.FlushAsync();
        await Task.Delay(TimeSpan.FromSeconds(3));

        for (var user = 1; user <= 20; user++)
        {
            (await host.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":3}""")).HasData($$"""{"key":"{{user}}_1","roomId":1}""");
        }

        await second.RestartAsync();
        await host.UntilWellAsync();
        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{"3":20}}""");
    }

    [RedisFact]
    public async Task Stores_that_differed_for_long_still_do_when_a_node_is_gone()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        await using var first = await RouterProcess.StartAsync("redis", redis.Setting);
        await using var second = await RouterProcess.StartAsync("redis", other.Setting);
        await using var host = await TestHost.StartAsync([], Settings(false, first, second));
        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(4))
        {
            (await host.GetAsync("/1/router/allservercount")).IsRefused(Differ);
            await Task.Delay(TimeSpan.FromMilliseconds(300));
        }

        await second.KillAsync();
        for (var user = 1; user <= 20; user++)
        {
            (await host.PostAsync($"/1/push?uid={user}", "m")).IsRefused(Differ);
        }

        // Whoever stops the wrong node need not restart the app.
        await Eventually.UntilAsync(async () => (await host.CountNowAsync("allservercount")).Ret() == 1);
        await second.RestartAsync("--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting}");
        await Eventually.UntilAsync(async () => (await host.CountNowAsync("allservercount")).Ret() == 1);
        for (var user = 1; user <= 20; user++)
        {
            (await host.PostAsync($"/1/push?uid={user}", "m")).IsOk();
        }
    }

    // Connects a user, looks it up, and disconnects it. Returns when a call was refused last.
    private static async Task<long> CallAsync(TestHost host, int user, CancellationToken stop)
    {
        var refused = 0L;
        while (!stop.IsCancellationRequested)
        {
            var connected = await host.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":3}""");
            if (connected.Ret() != 1)
            {
                connected.IsRefused(Differ);
                refused = Stopwatch.GetTimestamp();
                continue;
            }

            // 0 if the data was lost since then.
            var found = await host.PostAsync($"/1/push?uid={user}&dry=1", "m");
            if (found.Ret() == 1)
            {
                Assert.InRange(found.GetProperty("data").GetProperty("sessions").GetInt32(), 0, 1);
            }
            else
            {
                found.IsRefused(Differ);
            }

            var key = connected.GetProperty("data").GetProperty("key").GetString();
            while ((await host.PostAsync("/1/disconnect", $$"""{"key":"{{key}}"}""")) is var gone && gone.Ret() != 1)
            {
                gone.IsRefused(Differ);
                refused = Stopwatch.GetTimestamp();
            }
        }

        return refused;
    }

    private static async Task<JsonElement> SessionsAsync(TestHost host, int user) =>
        (await host.PostAsync($"/1/push?uid={user}&dry=1", "m")).GetProperty("data");

    private static string[] Settings(bool isOneNode, RouterProcess first, RouterProcess second) => isOneNode
        ? [$"--Router:Nodes:1={first.Address},{second.Address}"]
        : [$"--Router:Nodes:1={first.Address}", $"--Router:Nodes:2={second.Address}"];
}
