using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>Connects whose answers do not reach the comet.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class LostConnectTests
{
    [Fact]
    public async Task A_connect_that_times_out_is_repeated_and_is_the_same_connect()
    {
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        using var comet = await CometProcess.StartAsync(host, facade.Url);
        var before = facade.Entries("/1/connects", "requestIds").Length;
        facade.Passes = HoldConnects;
        using var client = await CometClient.OpenAsync(comet.Tcp);
        await client.SendAsync(CometPacket.Auth("42"));

        await Eventually.UntilAsync(() => facade.Held == 2);
        facade.Released.SetResult();

        Assert.Equal(8, (await client.ReceiveAsync())?.Op);
        var ids = facade.Entries("/1/connects", "requestIds").Skip(before).ToList();
        Assert.InRange(ids.Count, 2, 10);
        Assert.Single(ids.Distinct());
        Assert.Equal(1, await host.SessionsAsync(42));
        await host.PushAsync("push?uid=42", "once");
        await client.ExpectAsync("once");
        await client.AnswersHeartbeatAsync();
    }

    [Fact]
    public async Task A_connect_that_is_never_answered_is_told_to_come_back_and_leaves_no_session()
    {
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        using var comet = await CometProcess.StartAsync(host, facade.Url);
        facade.Passes = HoldConnects;
        using var client = await CometClient.OpenAsync(comet.WebSocket);
        await client.SendAsync(CometPacket.Auth("42"));

        Assert.True((await client.DisconnectedAsync()).Reconnect);
        facade.Released.SetResult();

        await Eventually.UntilAsync(async () => await host.SessionsAsync(42) == 0, 2 * Eventually.Limit);
    }

    [Fact]
    public async Task A_facade_that_cuts_connections_gets_the_connect_again()
    {
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        using var comet = await CometProcess.StartAsync(host, facade.Url);
        var cuts = 2;
        facade.Passes = path => path == "/1/connects" && Interlocked.Decrement(ref cuts) >= 0 ? Passing.Lost : Passing.Passed;
        using var client = await CometClient.OpenAsync(comet.Tcp);

        await client.SendAsync(CometPacket.Auth("42"));

        Assert.Equal(8, (await client.ReceiveAsync())?.Op);
        Assert.Equal(1, await host.SessionsAsync(42));
    }

    // An empty 500 may have been carried out, so the connect is repeated in the background.
    [Fact]
    public async Task A_facade_without_answers_of_its_own_has_its_clients_come_back_and_leaves_no_session()
    {
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        using var comet = await CometProcess.StartAsync(host, facade.Url);
        using var before = await CometClient.ConnectAsync(comet.Tcp, "42");
        facade.Passes = static _ => Passing.Broken;
        using var client = await CometClient.OpenAsync(comet.Tcp);

        await client.SendAsync(CometPacket.Auth("43"));

        Assert.True((await client.DisconnectedAsync()).Reconnect);
        await before.AnswersHeartbeatAsync();
        facade.Passes = static _ => Passing.Passed;
        await CometHost.UntilReadyAsync(comet.Tcp);
        await Eventually.UntilAsync(async () => await host.SessionsAsync(43) == 0);
    }

    private static Passing HoldConnects(string path) => path == "/1/connects" ? Passing.Held : Passing.Passed;
}
