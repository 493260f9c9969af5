using System.Diagnostics;
using System.Text.Json;
using Goim.Benchmarks.Load;

namespace Goim.Benchmarks.Targets;

/// <summary>The app under load, with its processes. It is started for the run, or is running already.</summary>
internal sealed class LoadTarget : IAsyncDisposable
{
    /// <summary>Name of this process, which sends the requests. It does not belong to the target.</summary>
    public const string Load = "load";

    /// <summary>Name of the broker's process. The broker is the same for every target, so it does not belong to the target.</summary>
    public const string Broker = "broker";

    /// <summary>Name of the process that stands in for the Functions host. It does not belong to the target either.</summary>
    public const string Host = "host";

    public LoadTarget(string name, Uri url, Population population, string[] headers, IEnumerable<WatchedProcess> processes)
    {
        (Name, Url, Population) = (name, url, population);
        Processes = [.. processes, new WatchedProcess(Load, Process.GetCurrentProcess(), isOurs: false)];
        // A redirect would take the keys to another host.
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = url };
        foreach (var header in headers.Select(header => header.Split(':', 2)))
        {
            Http.DefaultRequestHeaders.TryAddWithoutValidation(header[0], header[1].Trim());
        }
    }

    public string Name { get; }

    public Uri Url { get; }

    public Population Population { get; }

    /// <summary>Calls the app with the headers of the load, outside the measurement.</summary>
    public HttpClient Http { get; }

    /// <summary>The app first, this process last.</summary>
    public IReadOnlyList<WatchedProcess> Processes { get; }

    /// <summary>Starts the target and puts the sessions, or finds the processes of a target that is running already.</summary>
    /// <exception cref="TargetFailure">The target does not start, or a process id is unknown.</exception>
    public static async Task<LoadTarget> StartAsync(
        TargetSpec spec, Population population, int nodes, string[] headers, CancellationToken cancellationToken)
    {
        switch (spec.Kind)
        {
            case TargetKind.Url:
                var running = spec.Assignments.Select(pid => WatchedProcess.Running(pid.Key, pid.Value));
                return new(spec.Name, new Uri(spec.Location), population, headers, [.. running]);

            case TargetKind.Echo:
                var (echo, address) = await EchoCommand.StartAsync(spec.Location, spec.Assignments);
                return new(spec.Name, new Uri(address), population, headers, [echo]);

            default:
                var target = await StartedApp.StartAsync(spec, population, nodes, headers);
                try
                {
                    await StartedApp.PutSessionsAsync(target, cancellationToken);
                    return target;
                }
                catch
                {
                    await target.DisposeAsync();
                    throw;
                }
        }
    }

    /// <summary>Bytes that the app has allocated since its start, from its /monitor/stat; null if the app does not report them.</summary>
    public async Task<long?> AllocatedAsync(CancellationToken cancellationToken)
    {
        using var response = await Http.GetAsync($"{Url.AbsolutePath.TrimEnd('/')}/monitor/stat", cancellationToken);
        try
        {
            return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)).RootElement
                .GetProperty("data"u8).GetProperty("process"u8).GetProperty("allocatedBytes"u8).GetInt64();
        }
        catch (Exception missing) when (missing is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var process in Processes)
        {
            await process.DisposeAsync();
        }
    }
}
