using System.Diagnostics;
using HdrHistogram;

namespace Goim.Benchmarks.Load;

/// <summary>Sends requests over all connections for the time that is asked for.</summary>
internal static class LoadRun
{
    private const long LongestMicroseconds = 60_000_000;

    public static async Task<LoadReport> RunAsync(LoadOptions load, LoadTarget target, CancellationToken cancellationToken)
    {
        await SendAsync(load, target.Url, load.WarmUp, cancellationToken);
        var before = target.CpuTimes();
        var watch = Stopwatch.StartNew();
        var (latencies, failed) = await SendAsync(load, target.Url, load.Duration, cancellationToken);
        var elapsed = watch.Elapsed;
        var after = target.CpuTimes();
        return new LoadReport(load, elapsed, latencies, failed, [.. after.Select(process => (process.Key, process.Value - before[process.Key]))]);
    }

    private static async Task<(LongHistogram Latencies, long Failed)> SendAsync(LoadOptions load, Uri host, TimeSpan duration, CancellationToken cancellationToken)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var runs = await Task.WhenAll(Enumerable.Range(0, load.Connections).Select(i => Task.Run(() => SendAsync(new LoadRoute(load, host, i), host, end, cancellationToken))));
        var all = NewHistogram();
        foreach (var (latencies, _) in runs)
        {
            all.Add(latencies);
        }

        return (all, runs.Sum(run => run.Failed));
    }

    private static async Task<(LongHistogram Latencies, long Failed)> SendAsync(LoadRoute route, Uri host, long end, CancellationToken cancellationToken)
    {
        using var connection = new LoadConnection();
        await connection.OpenAsync(host, cancellationToken);
        var latencies = NewHistogram();
        var failed = 0L;
        while (Stopwatch.GetTimestamp() < end)
        {
            var request = route.Next();
            var start = Stopwatch.GetTimestamp();
            failed += await connection.SendAsync(request, cancellationToken) ? 0 : 1;
            latencies.RecordValue(Math.Min(LongestMicroseconds, (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds));
        }

        return (latencies, failed);
    }

    private static LongHistogram NewHistogram() => new(LongestMicroseconds, 3);
}
