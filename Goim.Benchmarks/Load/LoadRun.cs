using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using Goim.Benchmarks.Targets;
using HdrHistogram;

namespace Goim.Benchmarks.Load;

/// <summary>Sends requests over all connections, first for the warm-up time and then for the measured time.</summary>
internal static class LoadRun
{
    private const long MaxMicroseconds = 60_000_000;

    /// <summary>Maximum wait for the last responses.</summary>
    private static readonly TimeSpan LastResponseTimeout = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Makes .NET's socket engine use one thread, which also runs the continuations. Through the thread pool, this process would take up to
    /// twice the CPU time, which the measured processes would lack. Call it before the first socket is created.
    /// </summary>
    public static void UseOneThread()
    {
        foreach (var (name, value) in SocketSettings)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    /// <summary>Environment variables that <see cref="UseOneThread"/> sets. Processes that are started must not inherit them.</summary>
    public static IReadOnlyDictionary<string, string> SocketSettings { get; } = new Dictionary<string, string>
    {
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
    };

    /// <summary>Runs the load once.</summary>
    /// <exception cref="TargetFailure">A connection cannot be opened, or not again after it was closed.</exception>
    public static async Task<LoadReport> RunAsync(LoadShape shape, LoadTarget target, CancellationToken cancellationToken)
    {
        var requests = new RequestPool(shape, target.Population, target.Url);
        var connections = Enumerable.Range(0, shape.Connections).Select(_ => new LoadConnection(target.Url)).ToArray();
        try
        {
            await Task.WhenAll(connections.Select(connection => connection.OpenAsync(cancellationToken)));
            using var cancellation = cancellationToken.Register(() => Close(connections));
            await SendAsync(connections, requests, shape.WarmUp);
            var allocated = await target.AllocatedAsync(cancellationToken);
            var before = target.Processes.Select(process => process.Start()).ToArray();
            var watch = Stopwatch.StartNew();
            await SendAsync(connections, requests, shape.Duration);
            var elapsed = watch.Elapsed;
            var usage = target.Processes.Zip(before, (process, start) => process.Since(start)).ToArray();
            allocated = await target.AllocatedAsync(cancellationToken) - allocated;
            var failed = connections.Sum(connection => connection.Failed);
            var refusal = connections.Select(connection => connection.Refusal).FirstOrDefault(answer => answer is not null);
            return new LoadReport(
                target.Name, shape, target.Population, elapsed, Histogram(connections), failed, refusal, usage, allocated);
        }
        catch (Exception lost) when (
            lost is SocketException or IOException or AuthenticationException or ObjectDisposedException or HttpRequestException)
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
        using var timeout = new Timer(_ => Close(connections), null, duration + LastResponseTimeout, Timeout.InfiniteTimeSpan);
        await Task.WhenAll(connections.Select(connection => Task.Run(() => connection.RunAsync(requests, end))));
    }

    private static LongHistogram Histogram(LoadConnection[] connections)
    {
        var histogram = new LongHistogram(MaxMicroseconds, 3);
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
