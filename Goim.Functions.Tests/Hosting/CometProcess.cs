using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Goim.Comet.Wire;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A comet as its user runs it: a process of its own.</summary>
internal sealed partial class CometProcess : IDisposable
{
    private const int Terminate = 15;
    private readonly Process process;

    private CometProcess(Process process, int port, int tcpPort)
    {
        this.process = process;
        Http = new Uri($"http://127.0.0.1:{port}");
        WebSocket = new Uri($"ws://127.0.0.1:{port}/sub");
        Tcp = new Uri($"tcp://127.0.0.1:{tcpPort}");
    }

    /// <summary>The address of <c>/monitor/ping</c> and <c>/monitor/stat</c>.</summary>
    public Uri Http { get; }

    public Uri WebSocket { get; }

    public Uri Tcp { get; }

    /// <summary>Starts a comet that registers its clients at a host and reads the host's topic.</summary>
    /// <param name="host">The host.</param>
    /// <param name="api">The address at which the comet reaches the host; null for the host's own.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<CometProcess> StartAsync(TestHost host, Uri? api = null, params string[] settings)
    {
        var comet = await StartWithoutClientsAsync(host, api, settings);
        await CometHost.UntilReadyAsync(comet.Tcp);
        return comet;
    }

    /// <summary>Does not wait until the comet takes clients.</summary>
    public static Task<CometProcess> StartWithoutClientsAsync(TestHost host, Uri? api, params string[] settings) =>
        StartWithoutClientsAsync(host, api, [], settings);

    /// <summary>Starts it with environment variables, and does not wait until the comet takes clients.</summary>
    public static async Task<CometProcess> StartWithoutClientsAsync(
        TestHost host, Uri? api, Dictionary<string, string> environment, params string[] settings)
    {
        var (port, tcpPort) = (Ports.Next(), Ports.Next());
        var start = new ProcessStartInfo(
            "dotnet",
            [
                typeof(PacketHeader).Assembly.Location, $"--urls=http://127.0.0.1:{port}", $"--Comet:TcpPort={tcpPort}",
                $"--Comet:Api={api ?? host.Http.BaseAddress}", $"--KafkaBrokers={host.Setting("KafkaBrokers")}",
                $"--KafkaTopic={host.Topic}", .. settings,
            ])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var read = "";
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Limit) is { } line)
        {
            read += $"{line}\n";
            if (line.StartsWith("Comet ", StringComparison.Ordinal))
            {
                return new CometProcess(process, port, tcpPort);
            }
        }

        throw new EndOfStreamException($"the comet has not started: {read}");
    }

    /// <summary>A number of <c>/monitor/stat</c>.</summary>
    /// <param name="path">Names of members, each in the one before.</param>
    public async Task<long> StatAsync(params string[] path)
    {
        using var http = new HttpClient();
        var stat = JsonElement.Parse(await http.GetStringAsync(new Uri(Http, "/monitor/stat")));
        return path.Aggregate(stat, static (json, name) => json.GetProperty(name)).GetInt64();
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Stops it with SIGTERM. Returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Assert.Equal(0, Kill(process.Id, Terminate));
        await process.WaitForExitAsync().WaitAsync(Eventually.Limit);
        return process.ExitCode;
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
