using System.Diagnostics;
using System.Runtime.InteropServices;
using Goim.LocalHost;

namespace Goim.Functions.Tests.Hosting;

/// <summary>The local host as its user runs it: a process of its own.</summary>
internal sealed partial class LocalHostProcess : IDisposable
{
    private const int Interrupt = 2;
    private readonly Process process;

    private LocalHostProcess(Process process) => this.process = process;

    public static LocalHostProcess Start(IReadOnlyDictionary<string, string> environment, params string[] args) =>
        StartIn(AppContext.BaseDirectory, environment, args);

    /// <summary>With a limit of open files (<c>ulimit -n</c>).</summary>
    public static LocalHostProcess StartWithFiles(int limit, params string[] args) =>
        Start(AppContext.BaseDirectory, new Dictionary<string, string>(), FewFiles.Before(limit), args);

    public static LocalHostProcess StartIn(string folder, IReadOnlyDictionary<string, string> environment, params string[] args) =>
        Start(folder, environment, [], args);

    // The wrapper is a command that runs the one after it.
    private static LocalHostProcess Start(
        string folder, IReadOnlyDictionary<string, string> environment, string[] wrapper, string[] args)
    {
        // A shell starts a background command with SIGINT ignored, and its children inherit that: then Ctrl+C would do nothing.
        string[] command = ["--default-signal=INT", .. wrapper, "dotnet", typeof(LocalHostApp).Assembly.Location, .. args];
        var start = new ProcessStartInfo("env", command)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,

            // The longest timeouts allowed, so that no call of a healthy host fails on a busy machine.
            Environment =
            {
                ["Router__CallTimeout"] = "00:00:30",
                ["KafkaDeliveryTimeout"] = "00:00:45",
                ["Comet__Embedded"] = "false",
            },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new LocalHostProcess(Process.Start(start)!);
    }

    /// <summary>Reads the standard output up to the line that has <paramref name="text"/> in it.</summary>
    public async Task<string> ReadToAsync(string text)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var read = "";
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            read += line + "\n";
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return read;
            }
        }

        throw new EndOfStreamException($"'{text}' was not printed, but: {read}{await process.StandardError.ReadToEndAsync()}");
    }

    public int ProcessId => process.Id;

    /// <summary>Memory that the process has.</summary>
    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>What Ctrl+C sends.</summary>
    public void CtrlC() => Assert.Equal(0, Kill(process.Id, Interrupt));

    /// <summary>Waits for the end. Returns the exit code and the output since the last read.</summary>
    public async Task<(int Code, string Output, string Error)> EndAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
