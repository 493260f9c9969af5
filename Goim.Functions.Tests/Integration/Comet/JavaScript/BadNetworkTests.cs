using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>client.js over a network that stalls and cuts.</summary>
public sealed class BadNetworkTests(TimedTokensFixture fixture) : IClassFixture<TimedTokensFixture>
{
    private readonly TestHost host = fixture.ForOneTest();

    [JavaScriptFact]
    public async Task A_connection_over_which_nothing_comes_is_replaced()
    {
        using var network = Network();
        await using var client = await ConnectAsync(network, "2001", new { heartbeatIntervalMs = 1_000 });

        network.Hold();
        Assert.Equal("no heartbeat was answered", await client.ReasonAsync("reconnecting"));
        network.Release();

        await client.UntilAsync("state", "connected", 2);
        await host.PushAsync("push?uid=2001", "after");
        await client.UntilAsync("message", "after");
    }

    [JavaScriptFact]
    public async Task A_connection_that_is_cut_in_the_middle_of_a_message_is_made_again()
    {
        using var network = Network();
        await using var client = await ConnectAsync(network, "2002");

        network.CutAfter(1_000);
        await host.PushAsync("push?uid=2002", new string('x', 2_000));

        Assert.Equal("the connection broke", await client.ReasonAsync("reconnecting"));
        await client.UntilAsync("state", "connected", 2);
        await host.PushAsync("push?uid=2002", "after");
        await client.UntilAsync("message", "after");
        Assert.Equal(["after"], await client.AllAsync("message"));
    }

    [JavaScriptFact]
    public async Task A_message_that_arrives_byte_by_byte_is_whole()
    {
        using var network = Network();
        network.IsSlow = true;
        await using var client = await ConnectAsync(network, "2003");
        var message = string.Concat(Enumerable.Repeat("🙂 slow ", 100));

        await host.PushAsync("push?uid=2003", message);

        await client.UntilAsync("message", message);
    }

    [JavaScriptFact]
    public async Task An_attempt_that_is_not_answered_is_given_up()
    {
        using var comet = new ScriptedComet();
        await using var client = NodeClient.Start(new Uri(comet.WebSocket), ["42"], new { connectTimeoutMs = 200 });

        await using var silent = await comet.AcceptAsync();

        Assert.Equal($"{comet.WebSocket} did not answer in time", await client.ReasonAsync("reconnecting"));
        using var second = await comet.AcceptWebSocketAsync();
    }

    private NetworkProxy Network() => new(host.Comet("ws"));

    private static async Task<NodeClient> ConnectAsync(NetworkProxy network, string user, object? options = null)
    {
        var client = NodeClient.Start(network.Url, [user], options);
        await client.UntilAsync("state", "connected");
        await client.CommandAsync("iterate");
        return client;
    }
}
