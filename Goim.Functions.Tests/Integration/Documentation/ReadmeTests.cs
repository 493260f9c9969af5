using System.Diagnostics;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>Runs the README: each <c>console</c> block's commands, in order, against one local host, and compares what they print.</summary>
public sealed partial class ReadmeTests
{
    // The other blocks hold ./test itself and what .ci/run starts.
    private const string LocalHostUrl = "localhost:7071";

    [KcatFact]
    public async Task Every_command_prints_what_the_README_says()
    {
        using var host = LocalHostProcess.Start(new Dictionary<string, string>(), "--urls=http://127.0.0.1:0");
        var url = Address().Match(await host.ReadToAsync("Ctrl+C")).Value;
        var steps = Steps(await File.ReadAllTextAsync(Path.Combine(Repository(), "README.md"))).ToList();
        Assert.InRange(steps.Count, 15, 100);

        foreach (var (command, expected) in steps)
        {
            var pattern = "^" + Regex.Escape(expected).Replace("…", ".+", StringComparison.Ordinal) + "$";
            var local = command.Replace(LocalHostUrl, url, StringComparison.Ordinal);
            var printed = await RunAsync(local);

            // What only reads the topic may come before a record that is still queued, or end before a busy machine has begun.
            if (IsReader(command) && !Regex.IsMatch(printed, pattern))
            {
                await QueuedRecords.DeliveredAsync(new Uri($"http://{url}"));
                printed = await RunAsync(local.Replace("--max-time 2", "--max-time 20", StringComparison.Ordinal));
            }

            Assert.Matches(pattern, printed);
        }

        await QueuedRecords.DeliveredAsync(new Uri($"http://{url}"));
        host.CtrlC();
        Assert.Equal((0, "", ""), await host.EndAsync());
    }

    private static bool IsReader(string command) =>
        command.Contains("/local/records", StringComparison.Ordinal) || command.StartsWith("kcat -C", StringComparison.Ordinal);

    private static IEnumerable<(string Command, string Expected)> Steps(string readme)
    {
        foreach (Match block in ConsoleBlock().Matches(readme))
        {
            foreach (var step in block.Groups["text"].Value.Split("$ ", StringSplitOptions.RemoveEmptyEntries))
            {
                var lines = step.TrimEnd('\n').Split('\n', 2);
                yield return (lines[0], lines.Length > 1 ? lines[1] : "");
            }
        }
    }

    private static async Task<string> RunAsync(string command)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = bash.StandardError.ReadToEndAsync();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await error;
        return output.TrimEnd('\n');
    }

    internal static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "README.md")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd('/')) ?? throw new DirectoryNotFoundException("README.md is in no folder above the tests.");
        }

        return folder;
    }

    [GeneratedRegex("```console\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ConsoleBlock();

    [GeneratedRegex("127.0.0.1:[0-9]+(?=/1/push)")]
    private static partial Regex Address();
}
