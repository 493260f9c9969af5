using System.Diagnostics;
using System.Globalization;
using Goim.Benchmarks.Load;

namespace Goim.Benchmarks.Targets;

/// <summary>A process whose CPU time and memory are measured.</summary>
/// <param name="name">Its name in the tables.</param>
/// <param name="process">The process.</param>
/// <param name="isOurs">True if this program started the process. It is then killed on dispose.</param>
internal sealed class WatchedProcess(string name, Process process, bool isOurs) : IAsyncDisposable
{
    public string Name => name;

    public int Id => process.Id;

    /// <summary>Resident memory now, in bytes.</summary>
    /// <exception cref="TargetFailure">The process has ended.</exception>
    public long Resident
    {
        get
        {
            process.Refresh();
            return process.HasExited ? throw new TargetFailure($"{name} has ended.") : process.WorkingSet64;
        }
    }

    /// <summary>Starts a measurement: resets the peak of memory, and returns the values that <see cref="Since"/> needs.</summary>
    public (TimeSpan Cpu, long Resident) Start()
    {
        // proc(5): writing 5 resets the peak resident set size. On other systems than Linux, the peak covers the process's whole life.
        if (File.Exists($"/proc/{process.Id}/clear_refs"))
        {
            File.WriteAllText($"/proc/{process.Id}/clear_refs", "5");
        }

        process.Refresh();
        return (process.TotalProcessorTime, process.WorkingSet64);
    }

    /// <summary>CPU time and memory since a <see cref="Start"/>.</summary>
    /// <exception cref="TargetFailure">The process has ended.</exception>
    public Usage Since((TimeSpan Cpu, long Resident) start)
    {
        process.Refresh();
        return process.HasExited
            ? throw new TargetFailure($"{name} has ended.")
            : new Usage(name, process.TotalProcessorTime - start.Cpu, start.Resident, process.PeakWorkingSet64);
    }

    /// <summary>A process that is running already.</summary>
    /// <param name="name">Its name in the tables.</param>
    /// <param name="id">Its id, as the command line has it.</param>
    /// <param name="isOurs">True if a process that this program started has started it. It is then killed on dispose.</param>
    /// <exception cref="TargetFailure">No process has that id.</exception>
    public static WatchedProcess Running(string name, string id, bool isOurs = false)
    {
        try
        {
            return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new(name, Process.GetProcessById(number), isOurs)
                : throw new TargetFailure($"{name} is '{id}': expected a process id.");
        }
        catch (ArgumentException unknown)
        {
            throw new TargetFailure($"{name} is {id}: no process has that id.", unknown);
        }
    }

    /// <summary>Starts a .NET program and waits until it prints its address.</summary>
    /// <param name="name">Its name in the tables.</param>
    /// <param name="command">Arguments of <c>dotnet</c>.</param>
    /// <param name="environment">Environment variables, beside those of this process. An empty value removes one.</param>
    /// <param name="findAddress">Returns the address if an output line contains it, otherwise null.</param>
    /// <exception cref="TargetFailure">The program ended without printing its address.</exception>
    public static async Task<(WatchedProcess Process, string Address)> StartAsync(
        string name, IEnumerable<string> command, IEnumerable<KeyValuePair<string, string>> environment, Func<string, string?> findAddress)
    {
        var start = new ProcessStartInfo("dotnet", command)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (setting, _) in LoadRun.SocketSettings)
        {
            start.Environment.Remove(setting);
        }

        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (setting, value) in environment)
        {
            // Null removes a variable of this process that the new one would inherit.
            start.Environment[setting] = value.Length == 0 ? null : value;
        }

        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (findAddress(line) is { } address)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return (new WatchedProcess(name, process, isOurs: true), address);
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

/// <summary>CPU time and memory of a process during a run.</summary>
/// <param name="Process">Name of the process.</param>
/// <param name="Cpu">User and system CPU time.</param>
/// <param name="ResidentBefore">Resident memory at the start, in bytes.</param>
/// <param name="ResidentPeak">Peak of the resident memory, in bytes.</param>
internal sealed record Usage(string Process, TimeSpan Cpu, long ResidentBefore, long ResidentPeak);
