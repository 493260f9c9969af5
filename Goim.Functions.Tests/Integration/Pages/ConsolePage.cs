using System.Collections.Concurrent;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Comet.JavaScript;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>The console in a browser.</summary>
internal sealed class ConsolePage : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly Uri host;
    private readonly ConcurrentQueue<string> problems = new();

    private ConsolePage(IBrowserContext context, IPage page, Uri host)
    {
        this.context = context;
        this.host = host;
        Page = page;
        page.SetDefaultTimeout((float)Eventually.Limit.TotalMilliseconds);
        page.PageError += (_, error) => problems.Enqueue(error);
        page.Console += (_, line) => Note(line);
        context.Request += (_, request) => Check(new Uri(request.Url));
        page.WebSocket += (_, socket) => Check(new Uri(socket.Url));
    }

    public IPage Page { get; }

    /// <summary>
    /// Errors on the console, errors that nobody caught, violations of the Content-Security-Policy, and requests to other hosts. Not what
    /// Chromium writes of itself when a call is answered with an error, or a connection fails: no page can prevent it.
    /// </summary>
    public IReadOnlyCollection<string> Problems => problems;

    /// <summary>A part of the page by its heading: Clients, Push, Records or Status.</summary>
    public ILocator Panel(string heading) => Page.GetByRole(AriaRole.Region, new() { Name = heading, Exact = true });

    /// <summary>Waits until the page reads a topic that is not of an embedded broker: from then on it shows every record.</summary>
    public Task UntilReadingAsync() => Panel("Records").GetByText("Reading the records that come from now on.").WaitForAsync();

    /// <summary>Connects a client, and waits until it is connected.</summary>
    /// <param name="token">A user id, or a token of another kind.</param>
    /// <returns>The client's card.</returns>
    public async Task<ILocator> ConnectAsync(string token)
    {
        var clients = Panel("Clients");
        var number = await clients.GetByRole(AriaRole.Article).CountAsync() + 1;
        await clients.GetByRole(AriaRole.Textbox).First.FillAsync(token);
        await clients.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();
        var card = clients.GetByRole(AriaRole.Article).Nth(number - 1);
        await card.GetByText("connected", new() { Exact = true }).WaitForAsync();
        return card;
    }

    /// <summary>Fills fields of the form for pushes by their labels, and sends. Choices are those of a list or a box.</summary>
    /// <param name="kind">Such as <c>to a room: /1/push/room</c>.</param>
    /// <param name="fields">Label and text.</param>
    public async Task PushAsync(string kind, params (string Label, string Text)[] fields)
    {
        var push = Panel("Push");
        await push.GetByRole(AriaRole.Combobox, new() { Name = "Push", Exact = true }).SelectOptionAsync(kind);
        foreach (var (label, text) in fields)
        {
            await push.GetByLabel(label, new() { Exact = true }).FillAsync(text);
        }

        await push.GetByRole(AriaRole.Button, new() { Name = "Push", Exact = true }).ClickAsync();
    }

    public static async Task<ConsolePage> OpenAsync(Chromium chromium, Uri host, int width, ColorScheme scheme)
    {
        var context = await chromium.Browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        var page = new ConsolePage(context, await context.NewPageAsync(), host);
        await page.Page.AddInitScriptAsync(
            "addEventListener('securitypolicyviolation', "
            + "event => console.error('CSP: ' + event.violatedDirective + ' ' + event.blockedURI))");
        await page.Page.GotoAsync(host.ToString());
        return page;
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();

    private void Note(IConsoleMessage line)
    {
        var isOfPage = line.Location.Contains("/console/", StringComparison.Ordinal);
        var isOfChromium = (line.Text.StartsWith("Failed to load resource", StringComparison.Ordinal) && !isOfPage)
            || line.Text.StartsWith("WebSocket connection to ", StringComparison.Ordinal);
        if (line.Type is "error" or "warning" && !isOfChromium)
        {
            problems.Enqueue(line.Text);
        }
    }

    private void Check(Uri request)
    {
        if (request.Authority != host.Authority && request.Scheme is not ("data" or "blob"))
        {
            problems.Enqueue($"request to {request}");
        }
    }
}
