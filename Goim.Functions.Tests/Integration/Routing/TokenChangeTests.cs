using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>A change of the token of two router nodes over one Redis, as docs/operate.md describes it: no call fails.</summary>
public sealed class TokenChangeTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Old = "old-token-of-the-test", New = "new-token-of-the-test";

    [RedisFact]
    public async Task No_call_fails_while_the_token_is_changed()
    {
        await using var first = await RouterProcess.StartAsync(null, With(Old));
        await using var second = await RouterProcess.StartAsync(null, With(Old));
        RouterProcess[] nodes = [first, second];
        await using (var before = await StartAsync(nodes, Old))
        {
            await CallsAsync(before);
            foreach (var node in nodes)
            {
                await node.KillAsync();
                await node.RestartAsync(With($"{Old},{New}"));
                await CallsAsync(before);
            }
        }

        await using var after = await StartAsync(nodes, New);
        await CallsAsync(after);
        foreach (var node in nodes)
        {
            await node.KillAsync();
            await node.RestartAsync(With(New));
            await CallsAsync(after);
        }

        await using var late = await StartAsync(nodes, Old);
        (await late.PostAsync("/1/push?uid=2002", "m")).IsRefused("router node 1 does not accept this app's Router__Token");
    }

    // Users of both nodes, by Vectors/ketama.json.
    private static async Task CallsAsync(TestHost host)
    {
        (await host.PostAsync("/1/push?uid=2001", "m")).IsOk();
        (await host.PostAsync("/1/push?uid=2002", "m")).IsOk();
        (await host.PostAsync("/1/pushs", """{"m":1,"u":[2001,2002]}""")).IsOk();
        Assert.Equal(1, (await host.PostAsync("/1/connect", """{"token":"2002","server":3}""")).Ret());
        Assert.Equal(1, (await host.GetAsync("/1/router/allservercount")).Ret());
    }

    private static Task<TestHost> StartAsync(RouterProcess[] nodes, string token) => TestHost.StartAsync(
        [], [$"--Router:Token={token}", $"--Router:Nodes:1={nodes[0].Address}", $"--Router:Nodes:2={nodes[1].Address}"]);

    private string[] With(string token) =>
        ["--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}", $"--RouterNode:Token={token}"];
}
