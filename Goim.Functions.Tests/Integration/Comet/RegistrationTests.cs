using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>The sessions that a comet has at the facade.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public async Task A_key_of_a_random_server_id_that_is_not_here_is_disconnected_with_its_next_push()
    {
        await using var host = await CometHost.StartAsync();
        using var client = await host.ConnectAsync("tcp", "42");
        var server = (await host.GetAsync("/1/router/get?uid=42")).GetProperty("data").GetProperty("sessions")[0]
            .GetProperty("server").GetInt32();
        Assert.InRange(server, 1, int.MaxValue);
        Assert.Equal(1, (await host.PostAsync("/1/connect", $$"""{"token":"43","server":{{server}}}""")).Ret());

        await host.PushAsync("push?uid=43", "for nobody");

        await Eventually.UntilAsync(async () => await host.SessionsAsync(43) == 0);
        await client.AnswersHeartbeatAsync();
        Assert.Equal(1, await host.SessionsAsync(42));
    }

    [Fact]
    public async Task A_server_id_of_0_gets_its_messages()
    {
        await using var host = await TestHost.StartAsync();
        using var comet = await CometProcess.StartAsync(host, null, "--Comet:ServerId=0");
        using var client = await CometClient.ConnectAsync(comet.WebSocket, "42");

        await host.PushAsync("push?uid=42", "to server 0");

        await client.ExpectAsync("to server 0");
    }

    [Fact]
    public async Task Clients_of_two_comets_get_what_is_theirs()
    {
        await using var host = await CometHost.StartAsync();
        using var comet = await CometProcess.StartAsync(host);
        using var here = await host.ConnectAsync("ws", "42");
        using var there = await CometClient.ConnectAsync(comet.WebSocket, "42");
        using var other = await CometClient.ConnectAsync(comet.Tcp, "43");

        await host.PushAsync("push?uid=42", "to both of the user");
        await host.PushAsync("push?uid=43", "to the other");
        await here.ExpectAsync("to both of the user");
        await there.ExpectAsync("to both of the user");
        await other.ExpectAsync("to the other");
        await host.PushAsync("push/all", "to all");

        await here.ExpectAsync("to all");
        await there.ExpectAsync("to all");
        await other.ExpectAsync("to all");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_user_with_too_many_sessions_is_told_not_to_come_back(string scheme)
    {
        await using var node = await TestNode.StartAsync(null, "--RouterNode:MaxSessionsPerUser=1");
        await using var host = await CometHost.StartAsync([], static _ => { }, $"--Router:Nodes:1={node.Address}");
        using var first = await host.ConnectAsync(scheme, "42");
        using var second = await host.OpenAsync(scheme);

        await second.SendAsync(CometPacket.Auth("42"));

        Assert.False((await second.DisconnectedAsync()).Reconnect);
        await first.AnswersHeartbeatAsync();
    }

    [Fact]
    public async Task Clients_that_connect_at_once_are_registered_in_a_few_calls()
    {
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        using var comet = await CometProcess.StartAsync(host, facade.Url);
        var before = facade.Bodies("/1/connects").Length;
        facade.Passes = static path => path == "/1/connects" ? Passing.Held : Passing.Passed;
        var connecting = CometCrowd.ConnectAsync(_ => comet.Tcp, 1_000, 150);
        await Eventually.UntilAsync(async () => facade.Held > 0 && await comet.StatAsync("connections") == 150);
        facade.Released.SetResult();

        using var crowd = await connecting;

        Assert.InRange(facade.Bodies("/1/connects").Length - before, 1, 75);
        Assert.Equal(150, await host.SessionsAsync());
    }
}
