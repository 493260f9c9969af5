using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>client.js in a page: README's, and one whose listener throws.</summary>
public sealed partial class BrowserPageTests(TimedTokensFixture fixture, BrowserFixture browser)
    : IClassFixture<TimedTokensFixture>, IClassFixture<BrowserFixture>
{
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
    public async Task The_page_of_the_clients_docs_prints_a_push()
    {
        var docs = await File.ReadAllTextAsync(Path.Combine(DocumentationTests.Repository(), "docs", "clients.md"));
        var comet = $"localhost:{host.Http.BaseAddress!.Port}";
        var html = Assert.Single(Html().Matches(docs)).Groups["text"].Value
            .Replace("https://comet.example", $"http://{comet}", StringComparison.Ordinal)
            .Replace("wss://comet.example", $"ws://{comet}", StringComparison.Ordinal);
        browser.Pages.Add("/token", """{"token":"4242","expiresInMs":600000}""");
        await using var page = await browser.OpenAsync(html, "localhost");
        await Eventually.UntilAsync(async () => await host.SessionsAsync(4242) == 1);

        var printed = page.Page.WaitForConsoleMessageAsync(new() { Predicate = static message => message.Text == "it arrives" });
        await host.PushAsync("push?uid=4242", "it arrives");

        await printed;
        Assert.Empty(page.Problems);
    }

    [JavaScriptFact]
    public async Task A_listener_that_throws_does_not_break_the_connection()
    {
        using var comet = new ScriptedComet();
        await using var client = await browser.OpenAsync();
        await client.ConnectAsync("/client.js", new Uri(comet.WebSocket), ["42"]);
        await client.CommandAsync("throwInListener");
        await client.CommandAsync("iterate");

        using var first = await AcceptAsync(comet, [.. Packet(8), .. Packet(6, """{"reason":"try later","reconnect":true}""")]);
        using var second = await AcceptAsync(comet, [.. Packet(8), .. Packet(5, "after")]);

        await client.UntilAsync("message", "after");
        Assert.Equal(["connected", "reconnecting", "connecting", "connected"], await client.AllAsync("state"));
        await Eventually.UntilAsync(() => client.Problems.Count == 4);
        Assert.All(client.Problems, static problem => Assert.StartsWith("Error: thrown by a listener", problem, StringComparison.Ordinal));
    }

    private static async Task<WebSocket> AcceptAsync(ScriptedComet comet, byte[] answer)
    {
        var connection = await comet.AcceptWebSocketAsync();
        await connection.SendAsync(answer, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        return connection;
    }

    [GeneratedRegex("```html\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Html();
}
