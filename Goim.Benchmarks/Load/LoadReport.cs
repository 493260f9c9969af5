using System.Globalization;
using Goim.Benchmarks.Targets;
using HdrHistogram;

namespace Goim.Benchmarks.Load;

/// <summary>What a run gave.</summary>
/// <param name="Target">What was measured.</param>
/// <param name="Shape">What was sent.</param>
/// <param name="Population">To whom.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Latencies">Of each request, in microseconds.</param>
/// <param name="Failed">Requests that were not answered with <c>ret</c> 1.</param>
/// <param name="Usage">What each process used meanwhile: the app's first, the load's own last.</param>
/// <param name="Allocated">Bytes that the app says it has allocated meanwhile; null if it does not say.</param>
internal sealed record LoadReport(
    string Target, LoadShape Shape, Population Population, TimeSpan Elapsed, LongHistogram Latencies, long Failed, IReadOnlyList<Usage> Usage, long? Allocated)
{
    public long Requests => Latencies.TotalCount;

    public double RequestsPerSecond => Requests / Elapsed.TotalSeconds;

    public double MaxMs => Latencies.GetMaxValue() / 1_000.0;

    /// <summary>CPU seconds of the app's own process, per 100,000 requests; null if no process of the target is watched.</summary>
    public double? AppCpu => Usage.Count == 1 ? null : PerRequests(Usage[0].Cpu);

    /// <summary>Of the app and the router nodes together: of every process but the broker and the load.</summary>
    public double? TargetCpu => Usage.Count == 1 ? null : Usage.Where(IsTargets).Sum(process => PerRequests(process.Cpu));

    /// <summary>Bytes that the app allocates a request; null if it does not say.</summary>
    public double? AllocatedPerRequest => (double?)Allocated / Requests;

    /// <summary>Latency that <paramref name="percentile"/> per cent of the requests did not exceed.</summary>
    public double Ms(double percentile) => Latencies.GetValueAtPercentile(percentile) / 1_000.0;

    /// <summary>CPU seconds per 100,000 requests.</summary>
    public double PerRequests(TimeSpan time) => time.TotalSeconds * 100_000 / Requests;

    public static bool IsTargets(Usage usage) => usage.Process is not (LoadTarget.Load or LoadTarget.Broker);

    /// <summary>A table.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine(Text($"{Target}: {Shape}, {Elapsed.TotalSeconds:0.0} s"));
        output.WriteLine(Text($"{Population}"));
        output.WriteLine();
        output.WriteLine("requests/s   p50 ms   p99 ms   p99.9 ms    max ms   requests   failed");
        output.WriteLine(Text($"{RequestsPerSecond,10:0.#} {Ms(50),8:0.00} {Ms(99),8:0.00} {Ms(99.9),10:0.00} {MaxMs,9:0.00} {Requests,10} {Failed,8}"));
        output.WriteLine();
        output.WriteLine("process        CPU-s   CPU-s/100,000 requests   cores   MB before   MB peak");
        foreach (var process in Usage)
        {
            output.WriteLine(Text($"{process.Process,-10} {process.Cpu.TotalSeconds,9:0.00} {PerRequests(process.Cpu),24:0.00} {process.Cpu / Elapsed,7:0.00} {Megabytes(process.ResidentBefore),11:0} {Megabytes(process.ResidentPeak),9:0}"));
        }

        if (AllocatedPerRequest is { } bytes)
        {
            output.WriteLine();
            output.WriteLine(Text($"allocated by the app: {bytes:0} bytes a request"));
        }
    }

    /// <summary>The same as JSON.</summary>
    public object ToJson() => new
    {
        Target,
        Shape.Route,
        Shape.Ack,
        Shape.Connections,
        Shape.Bytes,
        Shape.UsersPerPush,
        Population,
        Seconds = Elapsed.TotalSeconds,
        Requests,
        RequestsPerSecond,
        P50Ms = Ms(50),
        P99Ms = Ms(99),
        P999Ms = Ms(99.9),
        MaxMs,
        Failed,
        AllocatedPerRequest,
        Processes = Usage.Select(process => new
        {
            process.Process,
            CpuSeconds = process.Cpu.TotalSeconds,
            CpuSecondsPer100kRequests = PerRequests(process.Cpu),
            MegabytesBefore = Megabytes(process.ResidentBefore),
            MegabytesPeak = Megabytes(process.ResidentPeak),
        }),
    };

    private static double Megabytes(long bytes) => bytes / 1_000_000.0;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
