using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Goim.Comet.Client.Sample;

namespace Goim.Functions.Tests.Hosting;

/// <summary>The client command as its user runs it: a process of its own.</summary>
internal sealed partial class ClientProcess : IDisposable
{
    private const int Interrupt = 2;
    private readonly Process process;

    private ClientProcess(Process process) => this.process = process;

    public static ClientProcess Start(params string[] args) => Start(new Dictionary<string, string>(), args);

    public static ClientProcess Start(IReadOnlyDictionary<string, string> environment, params string[] args) =>
        StartProgram(typeof(MessageLine).Assembly.Location, environment, args);

    /// <summary>The command over the library's netstandard2.0 assembly.</summary>
    public static ClientProcess StartNetStandard(params string[] args) => StartProgram(
        typeof(ClientProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static each => each.Key == "NetStandardClient").Value!,
        new Dictionary<string, string>(),
        args);

    private static ClientProcess StartProgram(string program, IReadOnlyDictionary<string, string> environment, string[] args)
    {
        // A shell starts a background command with SIGINT ignored, and its children inherit that: then Ctrl+C would do nothing.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", program, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ClientProcess(Process.Start(start)!);
    }

    /// <summary>The next line of the standard output; null at its end.</summary>
    public Task<string?> MessageAsync() => process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Limit);

    /// <summary>The next line of the standard error; null at its end.</summary>
    public Task<string?> NoteAsync() => process.StandardError.ReadLineAsync().WaitAsync(Eventually.Limit);

    /// <summary>Closes the reading end of its standard output.</summary>
    public void CloseOutput() => process.StandardOutput.Close();

    /// <summary>Waits for the end. Returns the exit code.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Eventually.Limit);
        return process.ExitCode;
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
