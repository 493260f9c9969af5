using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Goim.Benchmarks as its user runs it: a process of its own.</summary>
internal static partial class BenchmarksProgram
{
    /// <summary>How the docs start it.</summary>
    public const string Documented = "dotnet run -c Release --project Goim.Benchmarks -- ";

    private const int Interrupt = 2;

    /// <summary>The build that the tests start instead.</summary>
    public static string Assembly { get; } = typeof(BenchmarksProgram).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static metadata => metadata.Key == "Benchmarks").Value!;

    public static Task<Result> RunAsync(params string[] args) => RunAsync(new Dictionary<string, string>(), args);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<Result> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        using var process = Start(environment, args);
        return await EndAsync(process);
    }

    /// <summary>Starts a command.</summary>
    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        // A shell starts a background command with SIGINT ignored, and its children inherit that: then Ctrl+C would do nothing.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Assembly, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Sends what Ctrl+C sends, and waits for the end.</summary>
    public static Task<Result> InterruptAsync(Process process)
    {
        Assert.Equal(0, Kill(process.Id, Interrupt));
        return EndAsync(process);
    }

    /// <summary>Waits for the end of a process; kills it after a minute.</summary>
    public static async Task<Result> EndAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>What a command printed, and its exit code.</summary>
    internal sealed record Result(int Code, string Output, string Error);
}
