using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>
/// The console at the widths of a phone and of a desk, light and dark. Each test leaves a picture in <c>TestResults/console</c>.
/// </summary>
public sealed class LayoutTests(ConsoleFixture browser, ITestOutputHelper output) : IClassFixture<ConsoleFixture>
{
    private static readonly string Pictures = Path.Combine(DocumentationTests.Repository(), "TestResults", "console");

    [AxeTheory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task The_page_fits_and_axe_finds_nothing(int width, ColorScheme scheme)
    {
        await using var host = await CometHost.StartAsync();
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!, width, scheme);
        await console.UntilReadingAsync();
        await console.ConnectAsync("42");
        await console.ConnectAsync("43");
        await console.PushAsync("to several users: /1/pushs", ("Message (m), any JSON", """{"test":1}"""));
        await console.Panel("Records").GetByText("{\"test\":1}").First.WaitForAsync();
        await console.PushAsync("to a room: /1/push/room", ("Message", "hello, room"));
        await console.Panel("Records").GetByText("hello, room").First.WaitForAsync();
        await console.PushAsync("to a user: /1/push", ("Message", """{"test":1}"""));
        await console.Panel("Clients").GetByText("3 messages, newest first.").WaitForAsync();

        Assert.True(
            await console.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page scrolls sideways.");
        Assert.Empty(await console.FindingsAsync());
        Assert.Empty(console.Problems);

        var file = Path.Combine(Pictures, $"{width}-{scheme}.png".ToLowerInvariant());
        await console.Page.ScreenshotAsync(new() { Path = file, FullPage = true });
        output.WriteLine(file);
        if (width == 1280 && scheme == ColorScheme.Light)
        {
            // README's picture is this one.
            await console.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, "console.png") });
        }
    }

    [AxeFact]
    public async Task The_dialog_for_keys_is_accessible()
    {
        await using var host = await TestHost.StartAsync("--LocalHost:RequireKeys=true", "--LocalHost:Keys:tests=a-function-key");
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);

        await console.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" }).WaitForAsync();

        Assert.Empty(await console.FindingsAsync());
    }

    [Fact]
    public void The_picture_of_README_is_small()
    {
        var picture = new FileInfo(Path.Combine(DocumentationTests.Repository(), "docs", "console.png"));
        Assert.InRange(picture.Length, 10_000, 200_000);
    }
}
