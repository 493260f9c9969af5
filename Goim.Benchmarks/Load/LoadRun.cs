using System.Diagnostics;
using System.Net.Sockets;
using Goim.Benchmarks.Targets;
using HdrHistogram;

namespace Goim.Benchmarks.Load;

/// <summary>Sends requests over all connections for the time that is asked for.</summary>
internal static class LoadRun
{
    private const long LongestMicroseconds = 60_000_000;

    /// <summary>How long the last answers may take.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Lets the threads that hear of answers go on with the next request themselves, and no more of them than one: with the thread pool
    /// between them the load would take up to twice the CPU time, from those that are measured. To be called before the first socket is there.
    /// </summary>
    public static void UseOneThread()
    {
        foreach (var (name, value) in SocketSettings)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    /// <summary>Settings of .NET's sockets, for this process and none that it starts.</summary>
    public static IReadOnlyDictionary<string, string> SocketSettings { get; } = new Dictionary<string, string>
    {
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
    };

    /// <exception cref="TargetFailure">A connection cannot be made, or is lost.</exception>
    public static async Task<LoadReport> RunAsync(LoadShape shape, LoadTarget target, CancellationToken cancellationToken)
    {
        var requests = new RequestPool(shape, target.Population, target.Url);
        var connections = Enumerable.Range(0, shape.Connections).Select(_ => new LoadConnection(target.Url)).ToArray();
        try
        {
            await Task.WhenAll(connections.Select(connection => connection.OpenAsync(cancellationToken)));
            using var cancelled = cancellationToken.Register(() => Close(connections));
            await SendAsync(connections, requests, shape.WarmUp);
            var allocated = await target.AllocatedAsync(cancellationToken);
            var before = target.Processes.Select(process => process.Begin()).ToArray();
            var watch = Stopwatch.StartNew();
            await SendAsync(connections, requests, shape.Duration);
            var elapsed = watch.Elapsed;
            var usage = target.Processes.Zip(before, (process, begun) => process.Since(begun)).ToArray();
            allocated = await target.AllocatedAsync(cancellationToken) - allocated;
            return new LoadReport(target.Name, shape, target.Population, elapsed, Histogram(connections), connections.Sum(connection => connection.Failed), usage, allocated);
        }
        catch (Exception lost) when (lost is SocketException or IOException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new TargetFailure($"{target.Url} on {shape}: {lost.Message}", lost);
        }
        finally
        {
            Close(connections);
        }
    }

    private static async Task SendAsync(LoadConnection[] connections, RequestPool requests, TimeSpan duration)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        using var hanging = new Timer(_ => Close(connections), null, duration + Grace, Timeout.InfiniteTimeSpan);
        await Task.WhenAll(connections.Select(connection => Task.Run(() => connection.RunAsync(requests, end))));
    }

    private static LongHistogram Histogram(LoadConnection[] connections)
    {
        var histogram = new LongHistogram(LongestMicroseconds, 3);
        foreach (var latency in connections.SelectMany(connection => connection.Latencies))
        {
            histogram.RecordValue(latency);
        }

        return histogram;
    }

    private static void Close(LoadConnection[] connections)
    {
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }
}
