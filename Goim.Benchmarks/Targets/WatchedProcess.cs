using System.Diagnostics;
using Goim.Benchmarks.Load;

namespace Goim.Benchmarks.Targets;

/// <summary>A process whose CPU time and memory are wanted: its own /proc entries, where there are some.</summary>
internal sealed class WatchedProcess(string name, Process process, bool isOurs) : IAsyncDisposable
{
    public string Name => name;

    /// <summary>What it has used until now; its peak of memory begins anew.</summary>
    public (TimeSpan Cpu, long Resident) Begin()
    {
        // proc(5): 5 sets the peak resident set size to the resident set size. Elsewhere the peak is that of the process's life.
        if (File.Exists($"/proc/{process.Id}/clear_refs"))
        {
            File.WriteAllText($"/proc/{process.Id}/clear_refs", "5");
        }

        process.Refresh();
        return (process.TotalProcessorTime, process.WorkingSet64);
    }

    /// <exception cref="TargetFailure">It has ended.</exception>
    public Usage Since((TimeSpan Cpu, long Resident) begun)
    {
        process.Refresh();
        return process.HasExited
            ? throw new TargetFailure($"{name} has ended.")
            : new Usage(name, process.TotalProcessorTime - begun.Cpu, begun.Resident, process.PeakWorkingSet64);
    }

    /// <summary>Starts a .NET program and waits for the line of its output in which <paramref name="address"/> finds its address.</summary>
    /// <exception cref="TargetFailure">It ends before.</exception>
    public static async Task<(WatchedProcess Process, string Address)> StartAsync(
        string name, IEnumerable<string> command, IEnumerable<KeyValuePair<string, string>> environment, Func<string, string?> address)
    {
        var start = new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = AppContext.BaseDirectory };
        foreach (var (setting, _) in LoadRun.SocketSettings)
        {
            start.Environment.Remove(setting);
        }

        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (setting, value) in environment)
        {
            start.Environment[setting] = value;
        }

        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (address(line) is { } found)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return (new WatchedProcess(name, process, isOurs: true), found);
            }
        }

        throw new TargetFailure($"{name} did not start: {string.Join(' ', command)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (isOurs)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}

/// <summary>What a process used while a load ran.</summary>
/// <param name="Process">Its name.</param>
/// <param name="Cpu">CPU time, user and system.</param>
/// <param name="ResidentBefore">Bytes resident at the beginning.</param>
/// <param name="ResidentPeak">The most bytes that were resident at once.</param>
internal sealed record Usage(string Process, TimeSpan Cpu, long ResidentBefore, long ResidentPeak);
