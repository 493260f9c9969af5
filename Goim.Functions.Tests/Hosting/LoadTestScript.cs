using System.Diagnostics;
using System.Text.Json.Nodes;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Hosting;

/// <summary><c>Goim.Benchmarks/load-test</c> as its user runs it, with the tests' build, and the folder that it leaves.</summary>
internal sealed class LoadTestScript : IDisposable
{
    /// <summary>How the docs start it.</summary>
    public const string Documented = "Goim.Benchmarks/load-test ";

    /// <summary>Options of a load test that takes a few seconds.</summary>
    public static readonly string[] Short = ["--duration", "0.4", "--warm-up", "0", "--clients", "20", "--connections", "4"];

    private readonly string parent = Directory.CreateTempSubdirectory("load-test-").FullName;

    public static string Path { get; } = System.IO.Path.Combine(DocumentationTests.Repository(), "Goim.Benchmarks", "load-test");

    /// <summary>What a page's command becomes in a shell.</summary>
    public static string InShell { get; } = $"GOIM_BENCHMARKS={BenchmarksProgram.Assembly} {Path} ";

    /// <summary>The folder of <c>--out</c>.</summary>
    public string Folder => System.IO.Path.Combine(parent, "out");

    /// <summary>Everything that the script and its jobs have left, as text.</summary>
    public string Left => string.Join("\n", Directory.GetFiles(Folder).Order().Select(File.ReadAllText));

    /// <summary>What the jobs have measured, by part, each job's after the other.</summary>
    public ILookup<string, JsonNode> Results => Directory.GetFiles(Folder, "job-*.txt").Order()
        .SelectMany(File.ReadLines).Where(line => line.StartsWith("result ", StringComparison.Ordinal))
        .Select(line => JsonNode.Parse(line["result ".Length..])!)
        .ToLookup(result => (string)result["Part"]!);

    /// <summary>Runs the script to its end.</summary>
    public async Task<BenchmarksProgram.Result> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        using var process = Start(environment, args);
        return await BenchmarksProgram.EndAsync(process);
    }

    public Process Start(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        // bash cannot trap a signal that was ignored at its start.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "bash", Path, "--out", Folder, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = parent,
            Environment = { ["GOIM_BENCHMARKS"] = BenchmarksProgram.Assembly },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits until a job has printed the result of a part.</summary>
    public Task UntilMeasuredAsync(string part) =>
        Eventually.UntilAsync(() => Task.FromResult(Directory.Exists(Folder) && Results.Contains(part)));

    public void Dispose() => Directory.Delete(parent, recursive: true);
}
