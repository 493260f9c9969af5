using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>README and docs: the commands in <c>console</c> blocks print what their page says, and links resolve.</summary>
public sealed partial class DocumentationTests
{
    // The sh blocks start processes, measure or deploy: .ci/run and the workflows run those that start the app and router nodes.
    private const string LocalHostUrl = "localhost:7071";
    private const string PrometheusPort = "OTEL_EXPORTER_PROMETHEUS_PORT";
    private const string FunctionKey = "a-function-key-of-the-tests";

    /// <summary>Every page, by its path in the repository.</summary>
    private static IEnumerable<string> Pages =>
        Directory.GetFiles(Repository(), "*.md").Concat(Directory.GetFiles(Path.Combine(Repository(), "docs"), "*.md"))
            .Select(file => Path.GetRelativePath(Repository(), file)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> WithCommands => Pages.Where(page => ConsoleBlock().IsMatch(Text(page)));

    public static TheoryData<string> PagesWithCommands => [.. WithCommands];

    [KcatTheory]
    [MemberData(nameof(PagesWithCommands))]
    public async Task Every_command_prints_what_its_page_says(string page)
    {
        using var shell = new DocumentedShell(Text(page));
        var settings = new Dictionary<string, string>(shell.Settings)
        {
            ["Comet__Embedded"] = "true",
            ["LocalHost__Keys__tests"] = FunctionKey,
        };
        var (documented, metrics) = ($"localhost:{shell.Settings.GetValueOrDefault(PrometheusPort)}", $"localhost:{Ports.Next()}");
        if (settings.ContainsKey(PrometheusPort))
        {
            settings[PrometheusPort] = metrics.Split(':')[1];
        }

        using var host = LocalHostProcess.Start(settings, "--urls=http://127.0.0.1:0");
        var url = Address().Match(await host.ReadToAsync("Ctrl+C")).Value;
        using var client = new DocumentedClient(url);

        foreach (var (command, expected) in Steps(Text(page)))
        {
            if (DocumentedClient.Is(command))
            {
                await client.StartAsync(command, expected);
                continue;
            }

            var pattern = "^" + Regex.Escape(expected).Replace("…", ".+", StringComparison.Ordinal) + "$";
            var local = command.Replace(LocalHostUrl, url, StringComparison.Ordinal)
                .Replace($"{documented}/metrics", $"{metrics}/metrics", StringComparison.Ordinal)
                .Replace(BenchmarksProgram.Documented, $"dotnet {BenchmarksProgram.Assembly} ", StringComparison.Ordinal)
                .Replace(LoadTestScript.Documented, LoadTestScript.InShell, StringComparison.Ordinal);
            var printed = await shell.RunAsync(local);

            // A consumer may start before a record has left the queue, or, on a busy machine, end before it has read one.
            if (IsReader(command) && !Regex.IsMatch(printed, pattern))
            {
                await QueuedRecords.DeliveredAsync(new Uri($"http://{url}"), FunctionKey);
                printed = await shell.RunAsync(local.Replace("--max-time 2", "--max-time 20", StringComparison.Ordinal));
            }

            Assert.Matches(pattern, printed);
            await client.EndAsync();
        }

        await QueuedRecords.DeliveredAsync(new Uri($"http://{url}"), FunctionKey);
        host.CtrlC();
        var (exitCode, output, error) = await host.EndAsync();
        Assert.Equal((0, "", ""), (exitCode, Trail().Replace(output, ""), error));
    }

    [Fact]
    public void Pages_that_show_what_is_answered_have_commands() =>
        Assert.Superset(
            new HashSet<string>
            {
                "README.md", "docs/access.md", "docs/api.md", "docs/comets.md", "docs/deploy.md", "docs/load-test.md", "docs/tokens.md",
            },
            WithCommands.ToHashSet());

    [Fact]
    public void Every_link_between_pages_leads_to_a_file_and_a_heading_of_it()
    {
        var broken = string.Join("\n", Pages.SelectMany(BrokenLinks));

        Assert.True(broken.Length == 0, broken);
    }

    [Fact]
    public void README_has_at_most_9000_bytes() => Assert.InRange(new FileInfo(Path.Combine(Repository(), "README.md")).Length, 1, 9_000);

    [Fact]
    public void The_badges_say_what_the_build_and_the_license_say()
    {
        var (readme, version) = (Text("README.md"), EditorTests.Framework[3..^2]);

        Assert.Contains($"![.NET {version}](https://img.shields.io/badge/.NET-{version}-", readme, StringComparison.Ordinal);
        Assert.StartsWith("MIT License\n", Text("LICENSE"), StringComparison.Ordinal);
        Assert.Contains("![License: MIT](https://img.shields.io/badge/license-MIT-", readme, StringComparison.Ordinal);
    }

    private static bool IsReader(string command) =>
        command.Contains("/local/records", StringComparison.Ordinal) || command.StartsWith("kcat -C", StringComparison.Ordinal);

    private static IEnumerable<string> BrokenLinks(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository(), page))!;
        var targets = Link().Matches(WithoutBlocks(Text(page))).Select(link => link.Groups["target"].Value);
        foreach (var target in targets.Where(target => !target.Contains("://", StringComparison.Ordinal) && !IsOfGitHub(page, target)))
        {
            var (path, anchor) = target.Split('#', 2) is [var before, var after] ? (before, after) : (target, null);
            var file = path.Length == 0 ? Path.Combine(Repository(), page) : Path.GetFullPath(path, folder);
            if (!Path.Exists(file) || (anchor is not null && !Anchors(File.ReadAllText(file)).Contains(anchor)))
            {
                yield return $"{page}: {target}";
            }
        }
    }

    // README is shown at /{owner}/{repository}/blob/main/README.md, so ../../ leads to the repository's other pages.
    private static bool IsOfGitHub(string page, string target) =>
        page == "README.md" && (target == "../../releases" || (Workflow().Match(target) is { Success: true } workflow
            && File.Exists(Path.Combine(Repository(), ".github", "workflows", workflow.Groups["file"].Value))));

    // Anchors as GitHub makes them: without punctuation, with hyphens for spaces.
    private static IEnumerable<string> Anchors(string page) =>
        Heading().Matches(WithoutBlocks(page))
            .Select(heading => NotInAnchor().Replace(heading.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    private static string WithoutBlocks(string page) => Block().Replace(page, "");

    private static string Text(string page) => File.ReadAllText(Path.Combine(Repository(), page));

    private static IEnumerable<(string Command, string Expected)> Steps(string page)
    {
        foreach (Match block in ConsoleBlock().Matches(page))
        {
            foreach (var step in block.Groups["text"].Value.Split("$ ", StringSplitOptions.RemoveEmptyEntries))
            {
                var lines = step.TrimEnd('\n').Split('\n', 2);
                yield return (lines[0], lines.Length > 1 ? lines[1] : "");
            }
        }
    }

    internal static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "README.md")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd('/'))
                ?? throw new DirectoryNotFoundException("README.md is in no folder above the tests.");
        }

        return folder;
    }

    [GeneratedRegex("```console\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ConsoleBlock();

    [GeneratedRegex("^```[^`]*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("\\]\\((?<target>[^)\\s]+)\\)")]
    private static partial Regex Link();

    [GeneratedRegex("^[.][.]/[.][.]/actions/workflows/(?<file>[a-z]+[.]yml)(/badge[.]svg)?$")]
    private static partial Regex Workflow();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NotInAnchor();

    // A line of the audit trail, which LocalHost prints.
    [GeneratedRegex(@"info: Goim\.Audit\[\d\]\n.*\n")]
    private static partial Regex Trail();

    [GeneratedRegex("127.0.0.1:[0-9]+(?=/1/push)")]
    private static partial Regex Address();
}
