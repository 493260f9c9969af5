using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Facade;

/// <summary>The heartbeats of comets: their leases, and the epochs that tell when a node has forgotten their sessions.</summary>
public sealed class HeartbeatTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Heartbeat = """{"server":3}""";

    [Fact]
    public async Task Each_node_has_an_epoch_and_a_node_that_fails_is_named_beside_those_of_the_others()
    {
        await using var host = await TestHost.StartAsync(["1", "2"], []);
        var (lease, epochs) = DataOf(await host.PostAsync("/1/heartbeat", Heartbeat));
        Assert.Equal(0, lease);
        Assert.Equal(["1", "2"], epochs.Keys.Order(StringComparer.Ordinal));
        Assert.All(epochs.Values, epoch => Assert.Matches("^[0-9a-f]{16}$", epoch));

        await host.Nodes["2"].DisposeAsync();
        var answer = await host.PostAsync("/1/heartbeat", Heartbeat);

        answer.IsRefused("router node 2 did not answer: the lease is not renewed there, repeat the call.");
        Assert.Equal(epochs["1"], Assert.Single(DataOf(answer).Epochs).Value);
    }

    [Fact]
    public async Task The_lease_is_the_nodes()
    {
        await using var host = await StartAsync("memory");

        Assert.Equal(60_000, DataOf(await host.PostAsync("/1/heartbeat", Heartbeat)).Lease);
    }

    [RedisFact]
    public async Task Over_Redis_there_is_one_epoch_which_survives_nodes_and_not_the_data()
    {
        await redis.Server.FlushAsync();
        await using var host = await StartAsync("redis");
        var (lease, epochs) = DataOf(await host.PostAsync("/1/heartbeat", Heartbeat));
        Assert.Equal(60_000, lease);
        var first = Assert.Single(epochs);
        Assert.Matches("^[0-9a-f]{16}$", first.Key);

        await using (var another = await StartAsync("redis"))
        {
            Assert.Equal(first, Assert.Single(DataOf(await another.PostAsync("/1/heartbeat", Heartbeat)).Epochs));
        }

        await redis.Server.FlushAsync();
        var second = Assert.Single(DataOf(await host.PostAsync("/1/heartbeat", Heartbeat)).Epochs);
        Assert.NotEqual(first.Key, second.Key);
        Assert.NotEqual(first.Value, second.Value);
    }

    [Fact]
    public async Task A_bad_heartbeat_is_refused()
    {
        await using var host = await TestHost.StartAsync();

        (await host.PostAsync("/1/heartbeat", """{"server":"3"}""")).IsRefused("server is the string '3'");
    }

    private Task<TestHost> StartAsync(string store) => TestHost.StartAsync(
        ["1", "2"],
        [],
        nodeSettings: ["--RouterNode:ServerLease=00:01:00", $"--RouterNode:Store={store}", $"--RouterNode:Redis={redis.Server?.Setting}"]);

    private static (long Lease, Dictionary<string, string> Epochs) DataOf(JsonElement answer)
    {
        var data = answer.GetProperty("data");
        return (
            data.GetProperty("leaseMs").GetInt64(),
            data.GetProperty("epochs").EnumerateObject().ToDictionary(epoch => epoch.Name, epoch => epoch.Value.GetString()!));
    }
}
