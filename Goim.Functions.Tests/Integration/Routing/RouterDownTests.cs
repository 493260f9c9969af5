using System.Net;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>Two nodes, node 2 of which is down: calls that need it fail and name it, the others succeed.</summary>
public sealed class RouterDownTests(RouterDownTests.OneHost shared) : IClassFixture<RouterDownTests.OneHost>
{
    // Placed by Vectors/ketama.json: 2001 on node 2, 2002 on node 1.
    private const long OnDeadNode = 2001, OnLiveNode = 2002;
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("/1/push?uid=2001", "m", "nothing was sent")]
    [InlineData("/1/pushs", """{"m":1,"u":[2002,2001]}""", "nothing was sent")]
    [InlineData("/1/server/del?server=3", "", "repeat the call")]
    [InlineData("/1/connect", """{"token":"2001","server":3}""", "not connected")]
    [InlineData("/1/disconnect", """{"key":"2001_1"}""", "repeat the call")]
    public async Task What_needs_the_dead_node_is_refused_by_its_name_and_sends_nothing(string url, string body, string consequence)
    {
        (await host.PostAsync(url, body)).IsRefused("router node 2 did not answer", consequence);

        Assert.Empty(host.Records());
        Assert.Empty(host.Events());
    }

    [Theory]
    [InlineData("room")]
    [InlineData("server")]
    public async Task A_count_that_would_be_short_is_refused(string type) =>
        (await host.GetAsync($"/1/count?type={type}")).IsRefused("router node 2 did not answer", "short");

    [Fact]
    public async Task A_push_to_a_user_of_the_live_node_goes_on()
    {
        (await host.PostAsync($"/1/push?uid={OnLiveNode}", "m")).IsOk();

        Assert.Equal(["""{"op":"multiple","server":4,"subkeys":["2002_1"],"msg":"bQ=="}"""], host.Records().Select(record => record.Text));
    }

    [Fact]
    public async Task Unavailable_is_503_for_those_who_ask_for_status_codes()
    {
        var answer = await host.PostRawAsync($"/1/push?uid={OnDeadNode}", [], "X-Goim-Errors: http");

        Assert.Equal(503, answer.Status);
        JsonElement.Parse(answer.Body).IsRefused("router node 2");
    }

    [Fact]
    public async Task Ping_says_router_and_no_name()
    {
        using var response = await host.Http.GetAsync("/monitor/ping");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("router", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stat_tells_the_node_that_fails()
    {
        (await host.Http.DeleteAsync("/monitor/stat")).EnsureSuccessStatusCode();
        await host.PostAsync($"/1/push?uid={OnDeadNode}", "m");

        var routers = (await host.StatAsync()).GetProperty("routers");
        var node = routers.EnumerateArray().Single(router => router.GetProperty("node").GetString() == "2");
        Assert.Equal(
            (1, 1, "down"),
            (node.GetProperty("calls").GetInt32(), node.GetProperty("failures").GetInt32(), node.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task A_node_that_answers_an_error_is_502_for_those_who_ask_for_status_codes()
    {
        // Speaks HTTP/2 and knows no RouterRPC.
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches("--urls", "http://127.0.0.1:0"));
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        await using var noRouter = builder.Build();
        await noRouter.StartAsync();
        await using var other = await TestHost.StartAsync([], [$"--Router:Nodes:9={noRouter.Urls.First()}"]);

        var answer = await other.PostRawAsync("/1/push?uid=1", [], "X-Goim-Errors: http");

        Assert.Equal(502, answer.Status);
        JsonElement.Parse(answer.Body).IsRefused("router node 9 answered an error");
    }

    [Fact]
    public async Task A_node_that_accepts_and_never_answers_is_given_up_at_the_deadline()
    {
        using var silent = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var other = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1=http://{silent.LocalEndpoint}", "--Router:CallTimeout=00:00:00.200"]);

        (await other.PostAsync("/1/push?uid=1", "m")).IsRefused("router node 1 did not answer", "nothing was sent");
    }

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync()
        {
            var host = await TestHost.StartAsync(["1", "2"], []);
            await host.Nodes["1"].PutAsync(OnLiveNode, 1, 4, 1);
            await host.Nodes["2"].PutAsync(OnDeadNode, 1, 3, 1);
            await host.Nodes["2"].DisposeAsync();
            return host;
        }
    }
}
