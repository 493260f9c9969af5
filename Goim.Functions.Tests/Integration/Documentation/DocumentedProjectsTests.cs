using System.Text.RegularExpressions;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>Every page: what it runs with <c>dotnet run</c> is a program.</summary>
public sealed partial class DocumentedProjectsTests
{
    [Fact]
    public void Every_project_that_a_page_runs_is_a_program()
    {
        var root = DocumentationTests.Repository();
        var pages = Directory.GetFiles(root, "*.md")
            .Concat(Directory.GetDirectories(root, "Goim.*").SelectMany(static folder => Directory.GetFiles(folder, "*.md")))
            .Concat(Directory.GetFiles(Path.Combine(root, "docs"), "*.md"));
        var runs = pages
            .SelectMany(page => Run().Matches(File.ReadAllText(page))
                .Select(run => (Page: Path.GetRelativePath(root, page), Project: run.Groups["project"].Value)))
            .ToArray();

        Assert.Contains(runs, static run => run is { Page: "README.md", Project: "Goim.LocalHost" });
        Assert.All(runs, run => Assert.True(IsProgram(Path.Combine(root, run.Project, $"{run.Project}.csproj")), $"{run}"));
    }

    internal static bool IsProgram(string project) => File.Exists(project) && Program().IsMatch(File.ReadAllText(project));

    [GeneratedRegex("dotnet run [^\n]*?--project (?<project>[A-Za-z0-9.]+)")]
    private static partial Regex Run();

    [GeneratedRegex("<OutputType>Exe</OutputType>|Sdk=\"Microsoft.NET.Sdk.Web\"")]
    private static partial Regex Program();
}
