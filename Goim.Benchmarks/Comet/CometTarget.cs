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

    public ServerAddress Server => server;

    /// <summary>Base URL of the app.</summary>
    /// <exception cref="TargetFailure">The command pushes, and <c>--api</c> is missing.</exception>
    public Uri Api => api ?? throw new TargetFailure("--api is missing: expected the base URL of the app that pushes to --server.");

    /// <summary>The comet's process first, this process last. Only this process if no other is watched.</summary>
    public IReadOnlyList<WatchedProcess> Processes { get; } =
        [.. processes, new WatchedProcess(LoadTarget.Load, Process.GetCurrentProcess(), isOurs: false)];

    /// <summary>A broker, router nodes, the local host and a comet, each in a process of its own.</summary>
    /// <param name="spec">The build and its settings.</param>
    /// <param name="isWebSocket">Whether clients connect over WebSocket, otherwise over TCP.</param>
    /// <param name="isEmbedded">Whether the comet is the one in the local host's process.</param>
    /// <param name="nodes">Number of router nodes.</param>
    /// <param name="partitions">Partitions of the topic.</param>
    /// <param name="fetchWaitMs">Milliseconds that the broker holds an empty answer to a comet of its own process.</param>
    /// <param name="cancellationToken">Ends the wait for the start.</param>
    /// <exception cref="TargetFailure">A process does not start, or the comet is not ready within a minute.</exception>
    public static async Task<CometTarget> StartAsync(
        TargetSpec spec, bool isWebSocket, bool isEmbedded, int nodes, int partitions, int fetchWaitMs, CancellationToken cancellationToken)
    {
        var tcpPort = FreePort();
        KeyValuePair<string, string>[] own =
        [
            new("Comet__Embedded", isEmbedded ? "true" : "false"),
            new("Comet__TcpPort", tcpPort.ToString(CultureInfo.InvariantCulture)),
        ];
        spec = spec with { Assignments = [.. own, .. spec.Assignments] };
        var app = await StartedApp.StartAsync(spec, new Population(0, 0, 0, 0), nodes, [], partitions);
        var started = app.Processes.Where(process => process.Name != LoadTarget.Load).ToList();
        try
        {
            var url = app.Url;
            if (!isEmbedded)
            {
                var (comet, address) = await StartCometAsync(spec, app.Url, fetchWaitMs);
                started.Insert(0, comet);
                url = new Uri(address);
            }

            await WaitUntilReadyAsync(url, cancellationToken);
            var server = isWebSocket ? $"ws://{url.Authority}/sub" : $"tcp://127.0.0.1:{tcpPort}";
            return new CometTarget(ServerAddress.Parse(server), app.Url, started);
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

    private static async Task<(WatchedProcess Process, string Address)> StartCometAsync(
        TargetSpec spec, Uri api, int fetchWaitMs)
    {
        using var http = new HttpClient { BaseAddress = api };
        using var settings = JsonDocument.Parse(await http.GetByteArrayAsync("/local/settings"));
        var brokers = settings.RootElement.GetProperty("kafka"u8).GetProperty("brokers"u8).GetString()!;
        var folder = spec.Kind == TargetKind.This ? AppContext.BaseDirectory : Path.GetFullPath(spec.Location);
        return await CometServerCommand.StartAsync(
            folder, fetchWaitMs, [new("Comet__Api", api.ToString()), new("KafkaBrokers", brokers), .. spec.Assignments]);
    }

    // /monitor/ping of a comet answers 200 when it takes clients.
    private static async Task WaitUntilReadyAsync(Uri comet, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = comet };
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(100, cancellationToken))
        {
            using var answer = await http.GetAsync("/monitor/ping", cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            if (watch.Elapsed > StartTimeout)
            {
                throw new TargetFailure($"the comet is not ready: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
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
