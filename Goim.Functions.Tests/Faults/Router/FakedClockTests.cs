using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>A router node in memory, as a process whose time of day is wrong or jumps.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class FakedClockTests
{
    [FakedClockFact]
    public async Task A_node_that_is_5_s_ahead_deletes_what_it_is_told_to()
    {
        using var clock = new FakedClock(TimeSpan.FromSeconds(5));
        await using var node = await RouterProcess.StartAsync(clock);
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        await host.PostAsync("/1/connect", """{"token":"42","server":3}""");
        await host.PostAsync("/1/connect", """{"token":"43","server":3}""");

        (await host.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"has":true}""");
        (await host.PostAsync("/1/server/del?server=3", "")).IsOk();

        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{}}""");
        Assert.InRange((await host.StatAsync()).GetProperty("routers")[0].GetProperty("skewMs").GetInt64(), 4_000, 6_000);
    }

    [FakedClockFact]
    public async Task A_clock_that_jumps_ends_the_lease_of_no_comet_that_sends_heartbeats()
    {
        using var clock = new FakedClock(TimeSpan.Zero);
        await using var node = await RouterProcess.StartAsync(clock, "--RouterNode:ServerLease=00:00:05");
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        await host.PostAsync("/1/connect", """{"token":"42","server":3}""");
        var epochs = await HeartbeatAsync(host);

        foreach (var seconds in new[] { 60, -60, 3_600 })
        {
            clock.Set(TimeSpan.FromSeconds(seconds));
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
            for (var i = 0; i < 4; i++)
            {
                await timer.WaitForNextTickAsync();
                Assert.Equal(epochs, await HeartbeatAsync(host));
                (await host.CountNowAsync("allservercount")).HasData("""{"counter":{"3":1}}""");
            }
        }
    }

    [FakedClockFact(needsAzurite: true)]
    public async Task A_deletion_that_waited_in_the_journal_deletes_at_a_node_whose_clock_is_wrong()
    {
        using var clock = new FakedClock(TimeSpan.FromSeconds(30));
        await using var azurite = await Azurite.StartAsync();
        await using var node = await RouterProcess.StartAsync(clock);
        await using var host = await TestHost.StartAsync(
            [],
            [
                $"--Router:Nodes:1={node.Address}", "--Router:CallTimeout=00:00:02", $"--AzureWebJobsStorage={azurite.ConnectionString}",
            ]);
        await host.PostAsync("/1/connect", """{"token":"42","server":3}""");
        await host.PostAsync("/1/connect", """{"token":"43","server":5}""");
        await node.FreezeAsync();
        (await host.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"journalled":true}""");
        (await host.PostAsync("/1/server/del?server=5", "")).HasData("""{"journalled":["1"]}""");

        node.Thaw();
        clock.Set(TimeSpan.FromSeconds(-30));

        await Eventually.UntilAsync(async () =>
            (await host.StatAsync()).GetProperty("journal").GetProperty("replayed").GetInt32() == 2);
        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{}}""");
    }

    private static async Task<string> HeartbeatAsync(TestHost host) =>
        (await host.PostAsync("/1/heartbeat", """{"server":3}""")).GetProperty("data").GetProperty("epochs").GetRawText();
}
