using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Facade;

/// <summary>Calls that are no pushes, at most two at once. The router node holds two of them.</summary>
public sealed class FacadeGateTests : IAsyncLifetime
{
    private const string Refusal = "2 facade calls are under way: expected no more at once (Facade__MaxConcurrent), nothing was done";
    private readonly Fault fault = new();
    private TestNode node = null!;
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        node = await Fault.StartNodeAsync(fault);
        host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}", "--Facade:MaxConcurrent=2"]);
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task One_call_more_than_may_be_under_way_is_refused_on_every_route_and_pushes_are_not()
    {
        fault.Hold(2);
        Task<JsonElement>[] held =
        [
            host.PostAsync("/1/connect", """{"token":"42","server":3}"""),
            host.PostAsync("/1/router/put", """{"userId":43,"server":3}"""),
        ];
        await Eventually.UntilAsync(() => Task.FromResult(fault.Calls.Count == 2));

        foreach (var (url, body) in new[]
        {
            ("/1/connect", """{"token":"44","server":3}"""), ("/1/disconnect", """{"key":"42_1"}"""),
            ("/1/connects", """{"server":3,"tokens":["44"]}"""), ("/1/disconnects", """{"keys":["42_1"]}"""),
            ("/1/server/del?server=3", ""), ("/1/kick?server=3", ""),
            ("/1/room/change", """{"key":"42_1","roomId":7}"""),
            ("/1/room/changes", """{"server":3,"changes":[{"key":"42_1","roomId":7}]}"""),
            ("/1/router/put", """{"userId":44,"server":3}"""), ("/1/router/mput", """{"puts":[{"userId":44,"server":3}]}"""),
            ("/1/router/del", """{"userId":42,"seq":1}"""), ("/1/router/delserver", """{"server":3}"""),
            ("/1/router/mget", """{"userIds":[42]}"""), ("/1/heartbeat", """{"server":3}"""),
        })
        {
            var answer = await host.PostRawAsync(url, Encoding.UTF8.GetBytes(body), "X-Goim-Errors: http");
            Assert.Equal((429, "1"), (answer.Status, answer.Headers["Retry-After"]));
            JsonElement.Parse(answer.Body).IsRefused(Refusal, "repeat the call.");
        }

        foreach (var url in new[]
        {
            "/1/count?type=room", "/1/room/users?rid=1", "/1/router/get?uid=42", "/1/router/getall?node=1", "/1/router/allroomcount",
            "/1/router/allservercount", "/1/router/ping",
        })
        {
            (await host.GetAsync(url)).IsRefused(Refusal);
        }

        (await host.PostAsync("/1/push/all", "m")).IsOk();
        Assert.Equal(2, fault.Calls.Count);
        fault.Release();
        Assert.All(await Task.WhenAll(held), answer => Assert.Equal(1, answer.Ret()));
        (await host.GetAsync("/1/router/allservercount")).HasData("""{"counter":{"3":2}}""");
    }

    [Fact]
    public async Task Refused_calls_give_their_turn_back()
    {
        for (var i = 0; i < 3; i++)
        {
            (await host.PostAsync("/1/connect", "{}")).IsRefused("token is missing");
            (await host.PostAsync("/1/disconnect", "{}")).IsRefused("key is missing");
            (await host.PostAsync("/1/server/del", "")).IsRefused("server is missing");
            (await host.PostAsync("/1/router/mput", "")).IsRefused("body is empty");
            (await host.GetAsync("/1/router/get")).IsRefused("uid is missing");
            (await host.GetAsync("/1/count")).IsRefused("type is missing");
        }

        Assert.Equal(1, (await host.PostAsync("/1/router/put", """{"userId":1,"server":3}""")).Ret());
    }
}
