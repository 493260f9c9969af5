using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Goim.Benchmarks.Load;

namespace Goim.Benchmarks.Targets;

/// <summary>The app under load and the processes behind it: started for the run, or running already.</summary>
internal sealed class LoadTarget : IAsyncDisposable
{
    /// <summary>The process that sends; it is not the target's.</summary>
    public const string Load = "load";

    /// <summary>The same for every target, so not the target's either.</summary>
    public const string Broker = "broker";

    private readonly HttpClient http;
    private readonly string[] headers;

    public LoadTarget(string name, Uri url, Population population, string[] headers, IEnumerable<WatchedProcess> processes)
    {
        (Name, Url, Population, this.headers) = (name, url, population, headers);
        Processes = [.. processes, new WatchedProcess(Load, Process.GetCurrentProcess(), isOurs: false)];
        http = new HttpClient { BaseAddress = url };
    }

    public string Name { get; }

    public Uri Url { get; }

    public Population Population { get; }

    /// <summary>The app's first, the load's own last.</summary>
    public IReadOnlyList<WatchedProcess> Processes { get; }

    /// <summary>Starts what <paramref name="spec"/> names, with a session for each user, or finds what runs already.</summary>
    /// <exception cref="TargetFailure">It does not start.</exception>
    public static async Task<LoadTarget> StartAsync(TargetSpec spec, Population population, int nodes, string[] headers, CancellationToken cancellationToken)
    {
        switch (spec.Kind)
        {
            case TargetKind.Url:
                return new(spec.Name, new Uri(spec.Where), population, headers, [.. spec.Pairs.Select(Running)]);

            case TargetKind.Echo:
                var (echo, address) = await EchoCommand.StartAsync(spec.Pairs);
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

    /// <summary>Bytes that the app says it has allocated since its start; null if it does not say.</summary>
    public async Task<long?> AllocatedAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Url.AbsolutePath.TrimEnd('/')}/monitor/stat");
        foreach (var header in headers.Select(header => header.Split(':', 2)))
        {
            request.Headers.TryAddWithoutValidation(header[0], header[1].Trim());
        }

        using var response = await http.SendAsync(request, cancellationToken);
        try
        {
            return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)).RootElement
                .GetProperty("data"u8).GetProperty("process"u8).GetProperty("allocatedBytes"u8).GetInt64();
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // Another app's answer, or none.
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        foreach (var process in Processes)
        {
            await process.DisposeAsync();
        }
    }

    private static WatchedProcess Running(KeyValuePair<string, string> pid)
    {
        try
        {
            return new(pid.Key, Process.GetProcessById(int.Parse(pid.Value, CultureInfo.InvariantCulture)), isOurs: false);
        }
        catch (ArgumentException gone)
        {
            throw new TargetFailure($"{pid.Key} is {pid.Value}: no process has that id.", gone);
        }
    }
}
