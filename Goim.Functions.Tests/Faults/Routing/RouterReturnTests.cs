using System.Diagnostics;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Routing;

/// <summary>Router nodes that are restarted on their addresses under constant calls.</summary>
[Trait("Category", "Faults")]
[Collection(FaultRuns.Name)]
public sealed class RouterReturnTests
{
    private const int Callers = 100;

    [Fact]
    public async Task A_node_restarted_on_its_address_is_found_again_by_itself()
    {
        await using var node = await RouterProcess.StartAsync();
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        (await host.PostAsync("/1/push?uid=42", "m")).IsOk();
        await node.KillAsync();
        await RefusedMeanwhileAsync(host);

        var watch = new ProcessWatch();
        await node.RestartAsync();
        await FoundAgainAsync(host);
        Assert.Equal(0, (await node.Client.CountAsync(new NoArg())).Count);
        await watch.AssertNoGrowthAsync();
    }

    // With several addresses, gRPC itself keeps the connections and opens them again.
    [RedisFact]
    public async Task A_node_of_several_addresses_is_found_again_at_one_of_them()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await RouterProcess.StartAsync("redis", redis.Address);
        await using var other = await RouterProcess.StartAsync("redis", redis.Address);
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address},{other.Address}"]);
        (await host.PostAsync("/1/push?uid=42", "m")).IsOk();
        await node.KillAsync();
        await other.KillAsync();
        await RefusedMeanwhileAsync(host);

        await node.RestartAsync();
        await FoundAgainAsync(host);
    }

    // Calls for 5 s.
    private static Task RefusedMeanwhileAsync(TestHost host)
    {
        var down = Stopwatch.StartNew();
        return Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (down.Elapsed < TimeSpan.FromSeconds(5))
            {
                (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).IsRefused("router node 1 did not answer");
            }
        }));
    }

    // Within 2 s, plus 4 s for a busy machine.
    private static async Task FoundAgainAsync(TestHost host)
    {
        var back = Stopwatch.StartNew();
        await Eventually.UntilAsync(async () => (await host.PostAsync("/1/push?uid=42", "m")).Ret() == 1);
        Assert.InRange(back.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(6));
    }
}
