using Goim.Functions.Tests.Hosting;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>What a user reads in the console's tables and problems.</summary>
internal static class ConsoleTables
{
    /// <summary>The rows of a table but the heading, by the name of its region: the texts of the cells, separated by <c>|</c>.</summary>
    public static async Task<string[]> RowsAsync(this ConsolePage page, string region) =>
        [.. (await page.Rows(region).EvaluateAllAsync<string[]>(
            "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()).join('|'))")).Skip(1)];

    /// <summary>Waits until a table has these rows.</summary>
    public static async Task UntilRowsAsync(this ConsolePage page, string region, params string[] expected)
    {
        string[] rows = [];
        var isThere = Eventually.UntilAsync(async () => (rows = await page.RowsAsync(region)).SequenceEqual(expected));
        Assert.True(await Task.WhenAny(isThere) == isThere && isThere.IsCompletedSuccessfully, $"rows: {string.Join("\n", rows)}");
    }

    /// <summary>Waits until a table has a number of rows.</summary>
    public static Task UntilCountAsync(this ConsolePage page, string region, int rows) =>
        Eventually.UntilAsync(async () => await page.Rows(region).CountAsync() == rows + 1);

    /// <summary>Waits until the page has a text.</summary>
    public static Task UntilTextAsync(this ConsolePage page, string text) => page.Page.GetByText(text).First.WaitForAsync();

    /// <summary>Waits until these are the problems at the top of the page, in any order.</summary>
    public static async Task UntilProblemsAsync(this ConsolePage page, params string[] expected)
    {
        string[] shown = [];
        var isThere = Eventually.UntilAsync(async () =>
            (shown = await page.ProblemsShownAsync()).Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)));
        Assert.True(await Task.WhenAny(isThere) == isThere && isThere.IsCompletedSuccessfully, $"problems: {string.Join("\n", shown)}");
    }

    private static ILocator Rows(this ConsolePage page, string region) =>
        page.Page.GetByRole(AriaRole.Region, new() { Name = region, Exact = true }).GetByRole(AriaRole.Row);

    private static async Task<string[]> ProblemsShownAsync(this ConsolePage page) =>
        [.. await page.Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Paragraph).AllInnerTextsAsync()];
}
