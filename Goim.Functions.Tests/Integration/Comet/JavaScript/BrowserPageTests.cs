using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;
using Microsoft.Playwright;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>client.js in a page: README's, and one whose clock the test sets.</summary>
public sealed partial class BrowserPageTests(TimedTokensFixture fixture, BrowserFixture browser)
    : IClassFixture<TimedTokensFixture>, IClassFixture<BrowserFixture>
{
    private const int Interval = 30_000, ProbeInterval = 5_000;
    private static readonly DateTime Now = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly TestHost host = fixture.ForOneTest();

    [JavaScriptFact]
    public async Task The_page_of_README_shows_a_push()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(DocumentationTests.Repository(), "README.md"));
        var html = Html().Match(readme).Groups["text"].Value;
        Assert.Equal(10, html.Count(static character => character == '\n'));
        await using var page = await browser.OpenAsync(
            html.Replace("localhost:7071", $"localhost:{host.Http.BaseAddress!.Port}", StringComparison.Ordinal), "localhost");
        await Eventually.UntilAsync(async () => await host.SessionsAsync(42) == 1);

        await host.PushAsync("push?uid=42", """{"test":"<b>🎉</b>"}""");

        await page.Page.GetByText("""{"test":"<b>🎉</b>"}""").WaitForAsync();
        Assert.Empty(page.Problems);
    }

    [JavaScriptFact]
    public async Task A_listener_that_throws_does_not_break_the_connection()
    {
        await using var client = await browser.OpenAsync();
        await client.ConnectAsync("/client.js", host.Comet("ws"), ["3001"]);
        await client.UntilAsync("state", "connected");
        await client.CommandAsync("throwInListener");
        await client.CommandAsync("listen");

        await host.PushAsync("push?uid=3001", "first");
        await host.PushAsync("push?uid=3001", "second");

        await client.UntilAsync("event", "first");
        await client.UntilAsync("event", "second");
        Assert.Equal(["connected"], await client.AllAsync("state"));
        await Eventually.UntilAsync(() => client.Problems.Count == 2);
        Assert.All(client.Problems, static problem => Assert.StartsWith("Error: thrown by a listener", problem, StringComparison.Ordinal));
    }

    // The clock stands still, so no wait of the client ends.
    [JavaScriptFact]
    public async Task A_page_that_is_online_again_connects_without_waiting()
    {
        using var comet = new ScriptedComet();
        await using var client = await OpenAsync(comet);
        using (var connection = await comet.AcceptWebSocketAsync())
        {
            await SendAsync(connection, Packet(6, """{"reason":"try later","reconnect":true}"""));
            await client.UntilAsync("state", "reconnecting");
        }

        await OfflineAndOnlineAsync(client);

        using var again = await comet.AcceptWebSocketAsync();
        await client.UntilAsync("state", "connecting");
    }

    [JavaScriptFact]
    public async Task A_page_that_is_online_again_checks_its_connection_at_once()
    {
        using var comet = new ScriptedComet();
        await using var client = await OpenAsync(comet);
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
        await using var client = await OpenAsync(comet);
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
        await using var client = await OpenAsync(comet);
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

    private async Task<PageClient> OpenAsync(ScriptedComet comet)
    {
        var client = await browser.OpenAsync(static page => page.Clock.InstallAsync(new ClockInstallOptions { TimeDate = Now }));
        await client.Page.Clock.PauseAtAsync(Now.AddHours(1));
        await client.ConnectAsync("/client.js", new Uri(comet.WebSocket), ["42"]);
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

    private static async Task OfflineAndOnlineAsync(PageClient client)
    {
        await client.Page.Context.SetOfflineAsync(true);
        await client.Page.Context.SetOfflineAsync(false);
    }

    private static Task SendAsync(WebSocket connection, byte[] bytes) =>
        connection.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    private static async Task<int> OpAsync(WebSocket connection)
    {
        var packet = new byte[64];
        var received = await connection.ReceiveAsync(packet, CancellationToken.None).WaitAsync(Eventually.Limit);
        return CometPacket.Read(packet.AsSpan(0, received.Count)).Op;
    }

    [GeneratedRegex("```html\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Html();
}
