using System.Net.WebSockets;
using Goim.Functions.Tests.Hosting;
using Microsoft.Playwright;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>The waits, heartbeats and renewals of client.js, in a page whose clock the test sets.</summary>
public sealed class BrowserClockTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const int Interval = 30_000, ProbeInterval = 15_000;
    private static readonly DateTime Now = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    // The waits are 0.5 to 1 s, 1 to 2 s, 2 to 4 s, 4 to 8 s.
    [JavaScriptFact]
    public async Task A_page_that_is_online_again_waits_for_a_second_at_most_but_not_again_if_that_fails()
    {
        using var comet = new ScriptedComet();
        await using var client = await OpenAsync(comet, "42");
        await RefuseAsync(comet, client, 1);
        await client.Page.Clock.RunForAsync(1_000);
        await RefuseAsync(comet, client, 2);
        await client.Page.Clock.RunForAsync(2_000);
        await RefuseAsync(comet, client, 3);

        await OfflineAndOnlineAsync(client);
        await client.Page.Clock.RunForAsync(1_000);
        await RefuseAsync(comet, client, 4);
        await OfflineAndOnlineAsync(client);
        await client.Page.Clock.RunForAsync(3_900);
        Assert.Equal(4, (await client.AllAsync("token")).Length);

        await client.Page.Clock.RunForAsync(4_100);
        using var again = await comet.AcceptWebSocketAsync();
    }

    [JavaScriptFact]
    public async Task A_page_that_is_online_again_waits_as_long_as_the_comet_has_asked_for()
    {
        using var comet = new ScriptedComet();
        await using var client = await OpenAsync(comet, "42");
        await RefuseAsync(comet, client, 1);
        await client.Page.Clock.RunForAsync(1_000);
        using var connection = await comet.AcceptWebSocketAsync();
        await SendAsync(connection, Packet(6, """{"reason":"try later","reconnect":true}"""));
        await client.UntilAsync("state", "reconnecting", 2);

        await OfflineAndOnlineAsync(client);
        await client.Page.Clock.RunForAsync(990);

        Assert.Equal("reconnecting", (await client.AllAsync("state"))[^1]);
    }

    // The client asks after 0.5 to 1 s, then 1 to 2 s, and so on.
    [JavaScriptFact]
    public async Task A_renewal_that_fails_is_tried_again_less_and_less_often()
    {
        using var comet = new ScriptedComet();
        await using var client = await OpenAsync(comet, new { token = "42", expiresInMs = 5 }, new { });
        using var connection = await AcceptAsync(comet, client);

        await client.Page.Clock.RunForAsync(50_000);

        Assert.InRange((await client.AllAsync("token")).Length, 5, 9);
        Assert.Equal(["connected"], await client.AllAsync("state"));
    }

    // 480 s, shortened by at most a fifth.
    [JavaScriptFact]
    public async Task A_renewal_comes_earlier_at_random()
    {
        using var comet = new ScriptedComet();
        await using var client = await OpenAsync(comet, new { token = "42", expiresInMs = 600_000 });
        await client.Page.EvaluateAsync("Math.random = () => 0.999");
        using var connection = await AcceptAsync(comet, client);

        await client.Page.Clock.FastForwardAsync(383_000);
        Assert.Equal(["1"], await client.AllAsync("token"));
        await client.Page.Clock.FastForwardAsync(2_000);
        await client.UntilAsync("token", "2");
    }

    [JavaScriptFact]
    public async Task A_page_that_is_online_again_checks_its_connection_at_once()
    {
        using var comet = new ScriptedComet();
        await using var client = await OpenAsync(comet, "42");
        using var connection = await AcceptAsync(comet, client);

        await OfflineAndOnlineAsync(client);

        Assert.Equal(2, await OpAsync(connection));
        await client.Page.Clock.RunForAsync(ProbeInterval);
        Assert.Equal(2, await OpAsync(connection));
        await client.Page.Clock.RunForAsync(ProbeInterval);
        Assert.Equal("no heartbeat was answered", await client.ReasonAsync("reconnecting"));
    }

    [JavaScriptFact]
    public async Task Two_heartbeats_without_an_answer_end_the_connection()
    {
        using var comet = new ScriptedComet();
        await using var client = await OpenAsync(comet, "42");
        using var connection = await AcceptAsync(comet, client);

        for (var i = 0; i < 2; i++)
        {
            await client.Page.Clock.RunForAsync(Interval);
            Assert.Equal(2, await OpAsync(connection));
        }

        Assert.Equal(["connected"], await client.AllAsync("state"));
        await client.Page.Clock.RunForAsync(Interval);
        Assert.Equal("no heartbeat was answered", await client.ReasonAsync("reconnecting"));
    }

    // As in the background, or after a sleep: each timer that is due runs once.
    [JavaScriptFact]
    public async Task Timers_that_run_late_are_no_silence()
    {
        using var comet = new ScriptedComet();
        await using var client = await OpenAsync(comet, "42");
        using var connection = await AcceptAsync(comet, client);

        for (var i = 1; i <= 4; i++)
        {
            await client.Page.Clock.FastForwardAsync(20 * Interval);
            Assert.Equal(2, await OpAsync(connection));
            await SendAsync(connection, [.. Packet(3, version: 1, seq: 1), .. Packet(5, $"message {i}")]);
            await client.UntilAsync("message", $"message {i}");
        }

        Assert.Equal(["connected"], await client.AllAsync("state"));
    }

    private async Task<PageClient> OpenAsync(ScriptedComet comet, params object[] tokens)
    {
        var client = await browser.OpenAsync(static page => page.Clock.InstallAsync(new ClockInstallOptions { TimeDate = Now }));
        await client.Page.Clock.PauseAtAsync(Now.AddHours(1));
        await client.ConnectAsync("/client.js", new Uri(comet.WebSocket), tokens);
        await client.CommandAsync("iterate");
        return client;
    }

    private static async Task<WebSocket> AcceptAsync(ScriptedComet comet, PageClient client)
    {
        var connection = await comet.AcceptWebSocketAsync();
        Assert.Equal(7, await OpAsync(connection));
        await SendAsync(connection, Packet(8, version: 1, seq: 1));
        await client.UntilAsync("state", "connected");
        return connection;
    }

    private static async Task RefuseAsync(ScriptedComet comet, PageClient client, int time)
    {
        await comet.RefuseAsync("503 Service Unavailable");
        await client.UntilAsync("state", "reconnecting", time);
    }

    private static async Task OfflineAndOnlineAsync(PageClient client)
    {
        var online = client.Page.EvaluateAsync("new Promise(resolve => addEventListener('online', () => resolve(), { once: true }))");
        await client.Page.Context.SetOfflineAsync(true);
        await client.Page.Context.SetOfflineAsync(false);
        await online.WaitAsync(Eventually.Limit);
    }

    private static Task SendAsync(WebSocket connection, byte[] bytes) =>
        connection.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    private static async Task<int> OpAsync(WebSocket connection)
    {
        var packet = new byte[64];
        var received = await connection.ReceiveAsync(packet, CancellationToken.None).WaitAsync(Eventually.Limit);
        return CometPacket.Read(packet.AsSpan(0, received.Count)).Op;
    }
}
