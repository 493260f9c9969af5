using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>Leases in real time: heartbeats must come before a lease ends.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class LeaseFaultTests
{
    // No lease can be renewed while Redis is down, so none may expire.
    [RedisFact]
    public async Task An_outage_of_Redis_longer_than_a_lease_expires_nobody()
    {
        await using var own = await RedisServer.StartAsync("--appendonly", "yes");
        await using var host = await TestHost.StartAsync(
            ["1", "2"],
            [],
            nodeSettings: ["--RouterNode:Store=redis", $"--RouterNode:Redis={own.Address}", "--RouterNode:ServerLease=00:00:06"]);
        await host.PostAsync("/1/connect", """{"token":"42","server":3}""");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        await own.KillAsync();
        for (var i = 0; i < 27; i++)
        {
            await host.PostAsync("/1/heartbeat", """{"server":3}""");
            await timer.WaitForNextTickAsync();
        }

        await own.RestartAsync();
        for (var i = 0; i < 27; i++)
        {
            await host.PostAsync("/1/heartbeat", """{"server":3}""");
            await timer.WaitForNextTickAsync();
        }

        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":3,"Count":1}]""");
    }
}
