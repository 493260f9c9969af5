using Goim.Functions.Tests.Hosting;
using Xunit.Abstractions;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>A Redis Cluster whose slots are moved while callers put, delete and count.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class ReshardTests(ITestOutputHelper output)
{
    [RedisFact]
    public async Task Slots_moved_under_a_hundred_callers_lose_no_session_and_no_count()
    {
        await using var cluster = await RedisCluster.StartAsync(replicas: 0);
        string[] settings = ["--RouterNode:Store=redis", $"--RouterNode:Redis={cluster.Addresses}"];
        await using var first = await TestNode.StartAsync(null, settings);
        await using var second = await TestNode.StartAsync(null, settings);
        await Eventually.UntilAsync(async () => await first.AnswersAsync() && await second.AnswersAsync());
        var calls = new RecordedCalls(0, first.Client, second.Client);

        await calls.RunAsync(callers: 100, MoveAsync(cluster));

        output.WriteLine($"{calls.Sessions.Count} puts, {calls.Failed} calls failed and were repeated");
        Assert.Empty(calls.Wrong.Take(10));
        foreach (var node in new[] { first, second })
        {
            Assert.Equal((0, 0, 0), await calls.Sessions.CompareAsync(node.Client));
            await calls.Sessions.AssertCountsAsync(node.Client);
        }

        await calls.AssertDelServersAsync();
    }

    // To and fro.
    private static async Task MoveAsync(RedisCluster cluster)
    {
        var (from, to) = (cluster.Servers[0], cluster.Servers[1]);
        await RedisCluster.ReshardAllAsync(from, to);
        await RedisCluster.ReshardAllAsync(to, from);
    }
}
