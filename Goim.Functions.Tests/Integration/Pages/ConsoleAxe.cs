using System.Text.Json;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>axe-core, which <c>./test</c> installs, on a page.</summary>
internal static class ConsoleAxe
{
    private static string Script { get; } =
        Path.Combine(DocumentationTests.Repository(), ".axe", "node_modules", "axe-core", "axe.min.js");

    /// <summary>Why a test is skipped; null if it is not.</summary>
    public static string? Missing => File.Exists(Script) ? null : "axe-core is not installed (npm install --prefix .axe axe-core@4.14.1).";

    /// <summary>What WCAG 2.2 AA and the best practices of axe-core find: rule, impact and elements, one finding a line.</summary>
    public static async Task<IReadOnlyList<string>> FindingsAsync(this ConsolePage console)
    {
        await console.Page.EvaluateAsync(await File.ReadAllTextAsync(Script));
        var json = await console.Page.EvaluateAsync<string>("axe.run().then(result => JSON.stringify(result.violations))");
        return [.. JsonElement.Parse(json).EnumerateArray().Select(TextOf)];
    }

    private static string TextOf(JsonElement found)
    {
        var nodes = found.GetProperty("nodes").EnumerateArray().Select(static node => node.GetProperty("html").GetString());
        return $"{found.GetProperty("impact").GetString()}: {found.GetProperty("id").GetString()} at {string.Join(", ", nodes)}";
    }
}
