using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>A browser, and a server with pages. None if there is no Chromium.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private Chromium? chromium;
    private PageServer? pages;

    internal PageServer Pages => pages!;

    public async Task InitializeAsync()
    {
        if (Chromium.Missing is null)
        {
            pages = await PageServer.StartAsync();
            chromium = await Chromium.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        await (chromium?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (pages?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>Opens a page with this text.</summary>
    /// <param name="html">The text.</param>
    /// <param name="host">Name of this machine in the page's address.</param>
    internal Task<PageClient> OpenAsync(string html, string host) =>
        PageClient.OpenAsync(chromium!, new UriBuilder(Pages.Add(html)) { Host = host }.Uri);

    /// <summary>Opens page.html.</summary>
    /// <param name="prepare">Runs before the page is loaded.</param>
    internal async Task<PageClient> OpenAsync(Func<IPage, Task>? prepare = null) => await PageClient.OpenAsync(
        chromium!, Pages.Add(await File.ReadAllTextAsync(RecordedClient.TestFile("page.html"))), prepare);
}
