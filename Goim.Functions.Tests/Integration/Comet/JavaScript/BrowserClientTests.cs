using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>
/// client.js in a page, which loads it from a comet: as in Node.js, with nothing on the console, and no request to another host.
/// </summary>
public sealed class BrowserClientTests(TimedTokensFixture fixture, BrowserFixture browser)
    : JavaScriptClientTests, IClassFixture<TimedTokensFixture>, IClassFixture<BrowserFixture>, IAsyncLifetime
{
    private readonly List<PageClient> clients = [];

    private protected override TestHost Host { get; } = fixture.ForOneTest();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        Assert.Empty(clients.SelectMany(static client => client.Problems));
        return Task.CompletedTask;
    }

    private protected override async Task<RecordedClient> StartAsync(Uri url, object[] tokens, object? options = null)
    {
        var client = await browser.OpenAsync();
        clients.Add(client);
        await client.ConnectAsync($"http://{url.Authority}/client.js", url, tokens, options);
        return client;
    }
}
