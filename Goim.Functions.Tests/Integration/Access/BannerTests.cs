using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Access;

/// <summary>What LocalHost prints about callers at its start.</summary>
public sealed class BannerTests
{
    [Theory]
    [InlineData("either", "a, b; a function key of LocalHost__Keys opens every route too", "curl -H 'x-goim-key: …' -d")]
    [InlineData("none", "a, b; function keys open nothing", "curl -H 'x-goim-key: …' -d")]
    [InlineData(
        "both",
        "a, b; each with a function key too, if LocalHost__RequireKeys is true",
        "curl -H 'x-functions-key: …' -H 'x-goim-key: …' -d")]
    public async Task It_names_the_callers_and_the_headers_of_a_push(string use, string callers, string curl)
    {
        var settings = new Dictionary<string, string>
        {
            ["Access__KeepFunctionKeys"] = use,
            ["Access__Callers__b__Key"] = "a-key-of-the-caller-b",
            ["Access__Callers__b__Scopes"] = "read",
            ["Access__Callers__a__Key"] = "a-key-of-the-caller-a",
            ["Access__Callers__a__Scopes"] = "push.user",
            ["LocalHost__RequireKeys"] = "true",
            ["LocalHost__Keys__backend"] = "k",
        };
        using var process = LocalHostProcess.Start(settings, "--urls=http://127.0.0.1:0");

        var banner = await process.ReadToAsync("Ctrl+C");

        Assert.Contains($"\nCallers: {callers}\n", banner, StringComparison.Ordinal);
        Assert.Contains(curl, banner, StringComparison.Ordinal);
        Assert.Matches(@"\nConsole: http://127\.0\.0\.1:\d+/\nDocs:    http://127\.0\.0\.1:\d+/docs\nPress Ctrl\+C", banner);
        Assert.DoesNotContain("a-key-of", banner, StringComparison.Ordinal);
        process.CtrlC();
        Assert.Equal((0, "", ""), await process.EndAsync());
    }
}
