using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>client.js in a page of Chromium, which loads it from a comet.</summary>
internal sealed class PageClient : RecordedClient
{
    // Chromium writes it itself while no server listens. No page can prevent it.
    private const string NoConnection = "WebSocket connection to ";

    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> problems = new();

    private PageClient(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        page.PageError += (_, error) => problems.Enqueue(error);
        page.Console += (_, line) => Note(line);
        context.Request += (_, request) => Check(new Uri(request.Url));
        page.WebSocket += (_, socket) => Check(new Uri(socket.Url));
    }

    public IPage Page { get; }

    /// <summary>Errors on the console, errors that nobody caught, and requests to other hosts.</summary>
    public IReadOnlyCollection<string> Problems => problems;

    /// <summary>Opens a page.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="address">The page's.</param>
    /// <param name="prepare">Runs before the page is loaded.</param>
    public static async Task<PageClient> OpenAsync(Chromium chromium, Uri address, Func<IPage, Task>? prepare = null)
    {
        var context = await chromium.Browser.NewContextAsync();
        var client = new PageClient(context, await context.NewPageAsync());
        await (prepare?.Invoke(client.Page) ?? Task.CompletedTask);
        await client.Page.GotoAsync(address.ToString());
        return client;
    }

    /// <summary>Connects, in a page that is page.html.</summary>
    /// <param name="module">Address of the module.</param>
    /// <param name="url">Where to.</param>
    /// <param name="tokens">Those of each call of the token function; the last one also for further calls.</param>
    /// <param name="options">See client.d.ts.</param>
    public Task ConnectAsync(string module, Uri url, object[] tokens, object? options = null) => Page.EvaluateAsync(
        $"start('{module}', '{url.OriginalString}', {JsonSerializer.Serialize(tokens)}, "
        + $"{JsonSerializer.Serialize(options ?? new object())})");

    public override async Task<IReadOnlyList<JsonElement>> RecordsAsync() =>
        [.. JsonElement.Parse(await Page.EvaluateAsync<string>("JSON.stringify(records)")).EnumerateArray()];

    public override Task CommandAsync(string name) => name.Split(' ') is [var only, var value]
        ? Page.EvaluateAsync($"void recorded.{only}('{value}')")
        : Page.EvaluateAsync($"void recorded.{name}()");

    public override ValueTask DisposeAsync() => context.DisposeAsync();

    private void Note(IConsoleMessage line)
    {
        if (line.Type == "error" && !line.Text.StartsWith(NoConnection, StringComparison.Ordinal))
        {
            problems.Enqueue(line.Text);
        }
    }

    private void Check(Uri request)
    {
        if (!request.IsLoopback && request.Scheme != "data")
        {
            problems.Enqueue($"request to {request}");
        }
    }
}
