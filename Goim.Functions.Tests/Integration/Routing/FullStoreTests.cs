using System.Net;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>A Redis that takes no puts, from the caller's request to Redis and back.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class FullStoreTests(AzuriteFixture fixture)
{
    private static readonly ByteString Request = ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, 16)]);

    [RedisFact]
    public async Task A_full_Redis_refuses_puts_and_says_why_and_everything_else_goes_on()
    {
        await using var redis = await RedisServer.StartAsync("--maxmemory-policy", "noeviction");
        var lines = new LogLines();
        await using var node = await TestNode.StartAsync(
            lines.AddTo, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting}", "--RouterNode:ServerLease=1.00:00:00");
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).HasData("""{"key":"42_1","roomId":1}""");
        (await host.PostAsync("/1/connect", """{"token":"43","server":5}""")).HasData("""{"key":"43_1","roomId":1}""");
        await redis.ExecuteAsync("CONFIG", "SET", "maxmemory", "1mb");

        using var request = new HttpRequestMessage(HttpMethod.Post, "/1/connect");
        request.Content = new StringContent("""{"token":"42","server":3}""");
        request.Headers.Add("X-Goim-Errors", "http");
        using var refused = await host.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Null(refused.Headers.RetryAfter);
        Assert.Equal(
            """{"ret":65535,"error":"the Redis of router node 1 is full: the client is not connected."}""",
            await refused.Content.ReadAsStringAsync());
        await host.UntilPingAsync("router: Redis is full");
        Assert.True(lines.Count("Warning: Redis is full (maxmemory): it takes no new sessions.") > 0);

        (await host.PostAsync("/1/connects", """{"server":3,"tokens":["44"]}""")).HasData(
            """
            {"clients":[{"error":"token 1: the Redis of router node 1 is full: the client is not connected.","retry":true}]}
            """);
        (await host.PostAsync("/1/push?uid=42&dry=1", "m")).HasData("""{"sessions":1,"servers":1,"records":1,"offline":[]}""");
        (await host.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"has":true}""");
        Assert.Equal(1, (await host.PostAsync("/1/heartbeat", """{"server":6}""")).Ret());
        (await host.PostAsync("/1/server/del?server=5", "")).IsOk();
        (await host.GetAsync("/1/count?type=server")).HasData("[]");

        await redis.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        await host.UntilWellAsync();
        (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).HasData("""{"key":"42_2","roomId":1}""");
        Assert.True(lines.Count("Warning: Redis takes new sessions again.") > 0);
    }

    // The first call's answer was lost. A refusal would say that there is no session.
    [RedisFact]
    public async Task A_put_that_was_carried_out_is_answered_by_a_full_Redis_too()
    {
        await using var redis = await RedisServer.StartAsync("--maxmemory-policy", "noeviction");
        await using var node = await TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting}");
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3, RequestId = Request });
        await redis.ExecuteAsync("CONFIG", "SET", "maxmemory", "1mb");

        Assert.Equal(2, (await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3, RequestId = Request })).Seq);
        Assert.Equal(2, (await node.Client.CountAsync(new NoArg())).Count);
    }

    [RedisAndAzuriteFact]
    public async Task Below_min_replicas_deletions_are_journalled_and_puts_are_refused()
    {
        await using var azurite = fixture.Azurite!.NewAccount();
        await using var redis = await RedisServer.StartAsync();
        await using var node = await TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting}");
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={node.Address}", $"--AzureWebJobsStorage={azurite.ConnectionString}"]);
        await host.PostAsync("/1/connect", """{"token":"42","server":3}""");
        await redis.ExecuteAsync("CONFIG", "SET", "min-replicas-to-write", "1");

        (await host.PostAsync("/1/connect", """{"token":"42","server":3}"""))
            .IsRefused("the Redis of router node 1 has too few replicas: the client is not connected.");
        (await host.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"journalled":true}""");
        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":3,"Count":1}]""");
        (await host.PostAsync("/1/push?uid=42&dry=1", "m")).HasData("""{"sessions":1,"servers":1,"records":1,"offline":[]}""");
        await host.UntilPingAsync("router: Redis has too few replicas");

        await redis.ExecuteAsync("CONFIG", "SET", "min-replicas-to-write", "0");
        await Eventually.UntilAsync(async () => (await node.Client.CountAsync(new NoArg())).Count == 0);
        await host.UntilWellAsync();
    }
}
