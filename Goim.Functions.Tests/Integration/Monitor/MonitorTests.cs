using System.Text.Json.Nodes;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Integration.Monitor;

public sealed class MonitorTests
{
    [Fact]
    public async Task Ping_is_ok_while_router_and_broker_answer()
    {
        await using var host = await TestHost.StartAsync();

        await host.UntilWellAsync();
    }

    [Fact]
    public async Task Ping_says_broker_while_that_is_down()
    {
        using var broker = new EmbeddedBroker();
        broker.SetDown();
        await using var host = await TestHost.StartAsync(["1"], [], broker.Brokers);

        await host.UntilPingAsync("broker");
    }

    [Theory]
    [InlineData("full", "router: Redis is full")]
    [InlineData("replicas", "router: Redis has too few replicas")]
    [InlineData("other", "ok")]
    public async Task Ping_says_why_the_router_refuses_puts(string puts, string expected)
    {
        using var broker = new EmbeddedBroker();
        var headers = new SaidHeaders { ["goim-puts"] = puts };
        await using var node = await TestNode.StartAsync(headers.AddTo);
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"], broker.Brokers);

        await host.UntilPingAsync(expected);
        (await host.PostAsync("/1/push?uid=42", "m")).IsOk();
        broker.SetDown();
        await host.UntilPingAsync("broker");
    }

    [Fact]
    public async Task Ping_is_ok_again_when_puts_are_taken()
    {
        var headers = new SaidHeaders { ["goim-puts"] = "full" };
        await using var node = await TestNode.StartAsync(headers.AddTo);
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        await host.UntilPingAsync("router: Redis is full");

        headers.Remove("goim-puts");

        await host.UntilWellAsync();
    }

    [Fact]
    public async Task Stat_counts_pushes_records_and_calls_until_it_is_reset()
    {
        await using var host = await TestHost.StartAsync();
        await host.Nodes["1"].PutAsync(42, 1, 3, 1);
        await host.PostAsync("/1/push?uid=42", "m");
        await host.PostAsync("/1/push?uid=7", "m");
        await host.PostAsync("/1/push?uid=x", "m");
        await host.PostAsync("/1/push/all", "m");

        Assert.Equal(
            """{"pushes":3,"records":{"queued":2,"acknowledged":0,"failed":0},"routers":["""
                + """{"node":"1","state":"up","calls":2,"failures":0,"retries":0,"skewMs":0}]"""
                + ""","journal":{"queued":0,"replayed":0,"poison":0},"events":{"dropped":0}}""",
            await WithoutProcessAsync(host));

        using var reset = await host.Http.DeleteAsync("/monitor/stat");
        Assert.Equal("""{"ret":1}""", await reset.Content.ReadAsStringAsync());
        Assert.Equal(
            """{"pushes":0,"records":{"queued":0,"acknowledged":0,"failed":0},"routers":["""
                + """{"node":"1","state":"up","calls":0,"failures":0,"retries":0,"skewMs":0}]"""
                + ""","journal":{"queued":0,"replayed":0,"poison":0},"events":{"dropped":0}}""",
            await WithoutProcessAsync(host));
    }

    [Fact]
    public async Task Stat_says_what_the_process_has_allocated_and_how_much_memory_it_has()
    {
        await using var host = await TestHost.StartAsync();
        var before = (await host.StatAsync()).GetProperty("process");
        var array = new byte[20_000_000];
        Random.Shared.NextBytes(array);
        var after = (await host.StatAsync()).GetProperty("process");
        GC.KeepAlive(array);

        Assert.True(after.GetProperty("allocatedBytes").GetInt64() - before.GetProperty("allocatedBytes").GetInt64() >= 20_000_000);
        Assert.True(after.GetProperty("heapBytes").GetInt64() >= 20_000_000);
        Assert.True(after.GetProperty("workingSetBytes").GetInt64() >= 20_000_000);
    }

    // The process counters differ each time.
    private static async Task<string> WithoutProcessAsync(TestHost host)
    {
        var answer = JsonNode.Parse(await host.Http.GetStringAsync("/monitor/stat"))!["data"]!.AsObject();
        Assert.True(answer.Remove("process"));
        return answer.ToJsonString();
    }
}
