using System.Text;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Sessions;

/// <summary>A user with as many sessions as RouterNode__MaxSessionsPerUser allows, on both stores.</summary>
public sealed class SessionLimitTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Refused =
        "user 42 has 2 sessions, as many as a user may have (RouterNode__MaxSessionsPerUser): the client is not connected.";

    [RedisTheory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task The_next_connect_is_refused_and_the_comet_is_not_told_to_come_back(string store)
    {
        await redis.Server.FlushAsync();
        await using var host = await TestHost.StartAsync(
            ["1"],
            [],
            nodeSettings:
            [
                "--RouterNode:MaxSessionsPerUser=2", $"--RouterNode:Store={store}", $"--RouterNode:Redis={redis.Server.Setting}",
            ]);
        const string Connect = """{"token":"42","server":3}""";
        await host.PostAsync("/1/connect", Connect);
        await host.PostAsync("/1/connect", Connect);

        (await host.PostAsync("/1/connect", Connect)).IsRefused(Refused);
        var answer = await host.PostRawAsync("/1/connect", Encoding.ASCII.GetBytes(Connect), "X-Goim-Errors: http");
        Assert.Equal(429, answer.Status);
        Assert.False(answer.Headers.ContainsKey("Retry-After"));

        var mput = await host.PostAsync("/1/router/mput", """{"puts":[{"userId":42,"server":3},{"userId":43,"server":3}]}""");
        mput.IsRefused("user 42 has 2 sessions");
        Assert.Equal("""{"keys":[null,"43_1"],"failed":[0]}""", mput.GetProperty("data").GetRawText());
        (await host.PostAsync("/1/connects", """{"server":3,"tokens":["44","42"]}""")).HasData(
            $$"""{"clients":[{"key":"44_1","roomId":1},{"error":"token 2: {{Refused}}","retry":false}]}""");
        (await host.PostAsync("/1/router/mput", """{"puts":[{"key":"42_9","server":3}]}""")).HasData("""{"keys":["42_9"]}""");
        await host.PostAsync("/1/disconnect", """{"key":"42_9"}""");
        await host.PostAsync("/1/disconnect", """{"key":"42_1"}""");
        (await host.PostAsync("/1/connect", Connect)).HasData("""{"key":"42_10","roomId":1}""");
    }
}
