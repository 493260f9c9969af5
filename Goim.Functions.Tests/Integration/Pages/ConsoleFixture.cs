using Goim.Functions.Tests.Integration.Comet.JavaScript;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>A browser for the tests of a class. None if there is no Chromium.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    private Chromium? chromium;

    public async Task InitializeAsync() => chromium = Chromium.Missing is null ? await Chromium.StartAsync() : null;

    public async Task DisposeAsync() => await (chromium?.DisposeAsync() ?? ValueTask.CompletedTask);

    /// <summary>Opens the console of a host, in a browser profile of its own.</summary>
    /// <param name="host">Address of the host.</param>
    /// <param name="width">Of the window, in CSS pixels.</param>
    /// <param name="scheme">The user's colour scheme.</param>
    internal Task<ConsolePage> OpenAsync(Uri host, int width = 1280, ColorScheme scheme = ColorScheme.Light) =>
        ConsolePage.OpenAsync(chromium!, host, width, scheme);
}
