using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>Several iterations of client.js over one connection.</summary>
public sealed class IterationTests(TimedTokensFixture fixture) : IClassFixture<TimedTokensFixture>
{
    private readonly TestHost host = fixture.ForOneTest();

    [JavaScriptFact]
    public async Task An_iteration_that_is_left_while_it_waits_takes_no_message()
    {
        await using var client = await ConnectAsync("4001");
        await client.CommandAsync("leave");
        await client.UntilAsync("left", "True");

        await host.PushAsync("push?uid=4001", "for another");

        await client.CommandAsync("iterate");
        await client.UntilAsync("message", "for another");
    }

    [JavaScriptFact]
    public async Task Iterations_share_the_messages()
    {
        await using var client = await ConnectAsync("4002");
        await client.CommandAsync("take");
        await client.CommandAsync("iterate");

        await host.PushAsync("push?uid=4002", "first");
        await client.UntilAsync("taken", "first");
        await host.PushAsync("push?uid=4002", "second");
        await client.UntilAsync("message", "second");

        Assert.Equal(["second"], await client.AllAsync("message"));
    }

    private async Task<NodeClient> ConnectAsync(string user)
    {
        var client = NodeClient.Start(host.Comet("ws"), [user]);
        await client.UntilAsync("state", "connected");
        return client;
    }
}
