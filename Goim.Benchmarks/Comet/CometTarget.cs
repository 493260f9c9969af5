using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Comet;

/// <summary>The comet under load and the app that pushes to it, with their processes: started for the run, or running.</summary>
/// <param name="server">Where clients connect.</param>
/// <param name="api">Base URL of the app; null if nothing is pushed.</param>
/// <param name="processes">The comet's process first.</param>
internal sealed class CometTarget(ServerAddress server, Uri? api, IEnumerable<WatchedProcess> processes) : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(100);

    public ServerAddress Server => server;

    /// <summary>Base URL of the app.</summary>
    /// <exception cref="TargetFailure">The command pushes, and <c>--api</c> is missing.</exception>
    public Uri Api => api ?? throw new TargetFailure("--api is missing: expected the base URL of the app that pushes to --server.");

    /// <summary>The comet's process first, this process last. Only this process if no other is watched.</summary>
    public IReadOnlyList<WatchedProcess> Processes { get; } =
        [.. processes, new WatchedProcess(LoadTarget.Load, Process.GetCurrentProcess(), isOurs: false)];

    /// <summary>A broker, router nodes, the local host and a comet, each in a process of its own or all in one.</summary>
    /// <param name="spec">The build and its settings.</param>
    /// <param name="isWebSocket">Whether clients connect over WebSocket, otherwise over TCP.</param>
    /// <param name="isEmbedded">Whether everything is in the local host's process.</param>
    /// <param name="nodes">Number of router nodes.</param>
    /// <param name="partitions">Partitions of the topic.</param>
    /// <param name="cancellationToken">Ends the wait for the start.</param>
    /// <exception cref="TargetFailure">A process does not start, or the comet is not ready within a minute.</exception>
    public static async Task<CometTarget> StartAsync(
        TargetSpec spec, bool isWebSocket, bool isEmbedded, int nodes, int partitions, CancellationToken cancellationToken)
    {
        var tcpPort = FreePort();
        var port = KeyValuePair.Create("Comet__TcpPort", tcpPort.ToString(CultureInfo.InvariantCulture));
        spec = spec with { Assignments = [port, .. spec.Assignments] };
        var started = new List<WatchedProcess>();
        try
        {
            Uri app, comet;
            if (isEmbedded)
            {
                string[] command = [StartedApp.Programs(spec).App, "--urls", "http://127.0.0.1:0"];
                var (process, address) = await WatchedProcess.StartAsync("app", command, spec.Assignments, StartedApp.AddressIn("PushAll"));
                started.Add(process);
                app = comet = new Uri(address);
            }
            else
            {
                var target = await StartedApp.StartAsync(spec, new Population(0, 0, 0, 0), nodes, [], partitions);
                started.AddRange(target.Processes.Where(process => process.Name != LoadTarget.Load));
                app = target.Url;
                var (process, address) = await StartCometAsync(spec, app);
                started.Insert(0, process);
                comet = new Uri(address);
            }

            var server = ServerAddress.Parse(isWebSocket ? $"ws://{comet.Authority}/sub" : $"tcp://127.0.0.1:{tcpPort}");
            await WaitUntilReadyAsync(server, cancellationToken);
            return new CometTarget(server, app, started);
        }
        catch
        {
            foreach (var process in started)
            {
                await process.DisposeAsync();
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes)
        {
            await process.DisposeAsync();
        }
    }

    private static async Task<(WatchedProcess Process, string Address)> StartCometAsync(TargetSpec spec, Uri api)
    {
        using var http = new HttpClient { BaseAddress = api };
        using var settings = JsonDocument.Parse(await http.GetByteArrayAsync("/local/settings"));
        var brokers = settings.RootElement.GetProperty("kafka"u8).GetProperty("brokers"u8).GetString()!;
        var folder = spec.Kind == TargetKind.This ? AppContext.BaseDirectory : Path.GetFullPath(spec.Location);
        return await WatchedProcess.StartAsync(
            "comet",
            [Path.Combine(folder, "Goim.Comet.dll"), "--urls", "http://127.0.0.1:0"],
            [new("Comet__Api", api.ToString()), new("KafkaBrokers", brokers), .. spec.Assignments],
            StartedApp.AddressIn("http://"));
    }

    // By a client, since the local host's /monitor/ping does not tell of its comet. It leaves no session.
    private static async Task WaitUntilReadyAsync(ServerAddress server, CancellationToken cancellationToken)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(PollPeriod, cancellationToken))
        {
            using var client = new HeldClients(server, count: 1, streams: 1, new());
            try
            {
                await client.ConnectAsync(cancellationToken);
                return;
            }
            catch (TargetFailure) when (watch.Elapsed < StartTimeout)
            {
                // Not yet.
            }
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
