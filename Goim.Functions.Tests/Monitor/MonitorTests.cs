using System.Net;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Monitor;

public sealed class MonitorTests
{
    [Fact]
    public async Task Ping_is_ok_while_router_and_broker_answer()
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal("ok", await host.Http.GetStringAsync("/monitor/ping"));
    }

    [Fact]
    public async Task Ping_says_broker_while_that_is_down()
    {
        using var broker = new EmbeddedBroker();
        broker.SetDown();
        await using var host = await TestHost.StartAsync(["1"], [], broker.Brokers);
        using var response = await host.Http.GetAsync("/monitor/ping");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("broker", await response.Content.ReadAsStringAsync());
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

        (await host.GetAsync("/monitor/stat")).HasData(
            """{"pushes":3,"records":{"queued":2,"acknowledged":0,"failed":0},"routers":[{"node":"1","state":"up","calls":2,"failures":0,"retries":0}],"journal":{"queued":0,"replayed":0,"poison":0}}""");

        using var reset = await host.Http.DeleteAsync("/monitor/stat");
        Assert.Equal("""{"ret":1}""", await reset.Content.ReadAsStringAsync());
        (await host.GetAsync("/monitor/stat")).HasData(
            """{"pushes":0,"records":{"queued":0,"acknowledged":0,"failed":0},"routers":[{"node":"1","state":"up","calls":0,"failures":0,"retries":0}],"journal":{"queued":0,"replayed":0,"poison":0}}""");
    }
}
