using System.Diagnostics;
using System.Reflection;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>The sample of a backend as its user runs it: a process of its own.</summary>
internal sealed class SampleProcess : IDisposable
{
    private const string PageAddress = "localhost:5000";
    private readonly Process process;
    private readonly int port;

    private SampleProcess(Process process, int port)
    {
        this.process = process;
        this.port = port;
    }

    /// <param name="program">The metadata that names it.</param>
    /// <param name="app">The app that it calls.</param>
    public static SampleProcess Start(string program, Uri app)
    {
        var path = typeof(SampleProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(each => each.Key == program).Value!;
        var port = Ports.Next();
        var start = new ProcessStartInfo("dotnet", [path, $"--urls=http://127.0.0.1:{port}", $"--Goim:Address={app}"])
        {
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_hostBuilder__reloadConfigOnChange"] = "false" },
        };
        return new SampleProcess(Process.Start(start)!, port);
    }

    /// <summary>Runs a command of the page once the sample listens. Returns what it prints.</summary>
    public async Task<string> CurlAsync(string command)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Limit) is { } line
            && !line.Contains("Ctrl+C", StringComparison.Ordinal))
        {
            // Until it has started.
        }

        var local = command.Replace(PageAddress, $"127.0.0.1:{port}", StringComparison.Ordinal);
        var start = new ProcessStartInfo("bash", ["-c", $"{local} -sS --max-time 100"]) { RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        var printed = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return printed;
    }

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }
}
