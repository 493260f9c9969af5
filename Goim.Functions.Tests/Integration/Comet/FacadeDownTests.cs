using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>A comet whose facade refuses or does not answer.</summary>
public sealed class FacadeDownTests
{
    [Theory]
    [InlineData("Refused")]
    [InlineData("Busy")]
    [InlineData("Unauthorized")]
    [InlineData("NoCaller")]
    [InlineData("NoScope")]
    public async Task A_new_client_is_told_to_come_back_and_the_others_stay(string outcome)
    {
        var passing = Enum.Parse<Passing>(outcome);
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        using var comet = await CometProcess.StartAsync(host, facade.Url);
        using var before = await CometClient.ConnectAsync(comet.Tcp, "42");
        facade.Passes = _ => passing;

        foreach (var address in new[] { comet.Tcp, comet.WebSocket })
        {
            using var client = await CometClient.OpenAsync(address);
            await client.SendAsync(CometPacket.Auth("43"));
            Assert.True((await client.DisconnectedAsync()).Reconnect);
        }

        await host.PushAsync("push/all", "still here");
        await before.ExpectAsync("still here");
        facade.Passes = static _ => Passing.Passed;
        await CometHost.UntilReadyAsync(comet.Tcp);
        Assert.Equal(0, await host.SessionsAsync(43));
    }

    [Fact]
    public async Task Disconnects_are_kept_until_the_facade_takes_them()
    {
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        using var comet = await CometProcess.StartAsync(host, facade.Url);
        var before = facade.Bodies("/1/disconnects").Length;
        using (await CometCrowd.ConnectAsync(_ => comet.Tcp, 100, 50))
        {
            facade.Passes = static _ => Passing.Refused;
        }

        await Eventually.UntilAsync(() => facade.Bodies("/1/disconnects").Length > before + 1);
        facade.Passes = static _ => Passing.Passed;

        await Eventually.UntilAsync(async () => await host.SessionsAsync() == 0);
    }

    [Fact]
    public async Task Until_the_first_heartbeat_is_answered_clients_are_told_to_come_back()
    {
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        facade.Passes = static _ => Passing.Refused;
        using var comet = await CometProcess.StartWithoutClientsAsync(host, facade.Url);
        using (var client = await CometClient.OpenAsync(comet.Tcp))
        {
            await client.SendAsync(CometPacket.Auth("42"));
            Assert.True((await client.DisconnectedAsync()).Reconnect);
        }

        Assert.DoesNotContain("/1/connects", facade.Paths());
        facade.Passes = static _ => Passing.Passed;
        await CometHost.UntilReadyAsync(comet.Tcp);
    }
}
