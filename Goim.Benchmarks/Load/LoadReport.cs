using System.Globalization;
using Goim.Benchmarks.Targets;
using HdrHistogram;

namespace Goim.Benchmarks.Load;

/// <summary>The results of one run.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Shape">The load.</param>
/// <param name="Population">The sessions at the start.</param>
/// <param name="Elapsed">Time from the first request to the last response.</param>
/// <param name="Latencies">Latencies in microseconds.</param>
/// <param name="Failed">Number of requests that were not answered with <c>ret</c> 1.</param>
/// <param name="Refusal">The first such answer.</param>
/// <param name="Usage">CPU time and memory of each process during the run: the app first, this process last.</param>
/// <param name="Allocated">Bytes that the app allocated during the run; null if the app does not report them.</param>
internal sealed record LoadReport(
    string Target,
    LoadShape Shape,
    Population Population,
    TimeSpan Elapsed,
    LongHistogram Latencies,
    long Failed,
    string? Refusal,
    IReadOnlyList<Usage> Usage,
    long? Allocated)
{
    public long Requests => Latencies.TotalCount;

    public double RequestsPerSecond => Requests / Elapsed.TotalSeconds;

    public double MaxMs => Latencies.GetMaxValue() / 1_000.0;

    /// <summary>CPU seconds of the app's process per 100,000 requests; null if no process of the target is watched.</summary>
    public double? AppCpu => Usage.Count == 1 ? null : CpuPer100kRequests(Usage[0].Cpu);

    /// <summary>CPU seconds of the app and its router nodes per 100,000 requests; null if no process of the target is watched.</summary>
    public double? TargetCpu => Usage.Count == 1 ? null : Usage.Where(BelongsToTarget).Sum(process => CpuPer100kRequests(process.Cpu));

    /// <summary>Bytes that the app allocates per request; null if the app does not report them.</summary>
    public double? AllocatedPerRequest => (double?)Allocated / Requests;

    /// <summary>A percentile (0 to 100) of the latencies, in milliseconds.</summary>
    public double Ms(double percentile) => Latencies.GetValueAtPercentile(percentile) / 1_000.0;

    /// <summary>CPU seconds per 100,000 requests.</summary>
    public double CpuPer100kRequests(TimeSpan cpu) => cpu.TotalSeconds * 100_000 / Requests;

    /// <summary>
    /// True for the app and its router nodes; false for the broker, the stand-in for the Functions host, and this process.
    /// </summary>
    public static bool BelongsToTarget(Usage usage) => usage.Process is not (LoadTarget.Load or LoadTarget.Broker or LoadTarget.Host);

    /// <summary>Prints the results as tables.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine(Text($"{Target}: {Shape}, {Elapsed.TotalSeconds:0.0} s"));
        output.WriteLine(Text($"{Population}"));
        output.WriteLine();
        output.WriteLine("requests/s   p50 ms   p99 ms   p99.9 ms    max ms   requests   failed");
        var latencies = Text($"{Ms(50),8:0.00} {Ms(99),8:0.00} {Ms(99.9),10:0.00} {MaxMs,9:0.00}");
        output.WriteLine(Text($"{RequestsPerSecond,10:0.#} {latencies} {Requests,10} {Failed,8}"));
        if (Refusal is not null)
        {
            output.WriteLine($"first failure: {Refusal}");
        }

        output.WriteLine();
        output.WriteLine("process        CPU-s   CPU-s/100,000 requests   cores   MB before   MB peak");
        foreach (var process in Usage)
        {
            var cpu = Text($"{process.Cpu.TotalSeconds,9:0.00} {CpuPer100kRequests(process.Cpu),24:0.00} {process.Cpu / Elapsed,7:0.00}");
            var memory = Text($"{Megabytes(process.ResidentBefore),11:0} {Megabytes(process.ResidentPeak),9:0}");
            output.WriteLine(Text($"{process.Process,-10} {cpu} {memory}"));
        }

        if (AllocatedPerRequest is { } bytes)
        {
            output.WriteLine();
            output.WriteLine(Text($"allocated by the app: {bytes:0} bytes per request"));
        }
    }

    /// <summary>The results for <c>--json</c>.</summary>
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
            CpuSecondsPer100kRequests = CpuPer100kRequests(process.Cpu),
            MegabytesBefore = Megabytes(process.ResidentBefore),
            MegabytesPeak = Megabytes(process.ResidentPeak),
        }),
    };

    private static double Megabytes(long bytes) => bytes / 1_000_000.0;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
