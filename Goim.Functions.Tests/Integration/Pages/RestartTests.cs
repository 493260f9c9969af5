using Goim.Functions.Tests.Hosting;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>The console while its host stops and starts again, as with Ctrl+C and <c>dotnet run</c>.</summary>
public sealed class RestartTests(ConsoleFixture browser) : IClassFixture<ConsoleFixture>
{
    [ChromiumFact]
    public async Task The_page_waits_for_the_host_and_its_clients_connect_again()
    {
        var url = new Uri($"http://127.0.0.1:{Ports.Next()}");
        using var first = await StartAsync(url);
        await using var console = await browser.OpenAsync(url);
        var card = await console.ConnectAsync("42");
        await console.PushAsync("to a user: /1/push", ("Message", "before"));
        await card.GetByText("before", new() { Exact = true }).WaitForAsync();
        await console.Panel("Records").GetByText("before").First.WaitForAsync();

        first.CtrlC();
        await first.EndAsync();
        await console.Page.GetByText("not running", new() { Exact = true }).WaitForAsync();
        await console.Panel("Status").GetByText("The figures are those of before").WaitForAsync();
        await card.GetByText("reconnecting", new() { Exact = true }).WaitForAsync();
        using var second = await StartAsync(url);
        await console.Page.GetByText("running", new() { Exact = true }).WaitForAsync();
        await card.GetByText("connected", new() { Exact = true }).WaitForAsync();
        await console.PushAsync("to a user: /1/push", ("Message", "after"));

        await card.GetByText("after", new() { Exact = true }).WaitForAsync();
        await console.Panel("Records").GetByText("after", new() { Exact = true }).First.WaitForAsync();
        Assert.Empty(console.Problems);
        second.CtrlC();
        Assert.Equal(0, (await second.EndAsync()).Code);
    }

    private static async Task<LocalHostProcess> StartAsync(Uri url)
    {
        var host = LocalHostProcess.Start(
            new Dictionary<string, string> { ["Comet__Embedded"] = "true", ["Comet__TcpPort"] = $"{Ports.Next()}" }, $"--urls={url}");
        await host.ReadToAsync("Ctrl+C");
        return host;
    }
}
