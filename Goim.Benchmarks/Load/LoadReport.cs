using System.Globalization;
using System.Text.Json;
using HdrHistogram;

namespace Goim.Benchmarks.Load;

/// <summary>What a run gave.</summary>
/// <param name="Load">What was sent.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Latencies">Of each request, in microseconds.</param>
/// <param name="Failed">Requests that were not answered with <c>ret</c> 1.</param>
/// <param name="Cpu">CPU time of each process meanwhile.</param>
internal sealed record LoadReport(LoadOptions Load, TimeSpan Elapsed, LongHistogram Latencies, long Failed, IReadOnlyList<(string Process, TimeSpan Time)> Cpu)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private double RequestsPerSecond => Latencies.TotalCount / Elapsed.TotalSeconds;

    /// <summary>A table.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Load.Route}{(Load.Ack is null ? "" : $" ack={Load.Ack}")}, {Load.Connections} connections, {Load.Bytes} bytes, {Elapsed.TotalSeconds:0.0} s"));
        output.WriteLine("requests/s   p50 ms   p99 ms   p99.9 ms   failed");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{RequestsPerSecond,10:0} {Milliseconds(50),8:0.00} {Milliseconds(99),8:0.00} {Milliseconds(99.9),10:0.00} {Failed,8}"));
        output.WriteLine("process      CPU-s   CPU-s per 100,000 requests");
        foreach (var (process, time) in Cpu)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{process,-10} {time.TotalSeconds,7:0.00} {PerRequests(time),28:0.00}"));
        }
    }

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            Load,
            Seconds = Elapsed.TotalSeconds,
            Requests = Latencies.TotalCount,
            RequestsPerSecond,
            P50Ms = Milliseconds(50),
            P99Ms = Milliseconds(99),
            P999Ms = Milliseconds(99.9),
            Failed,
            Cpu = Cpu.ToDictionary(process => process.Process, process => new { Seconds = process.Time.TotalSeconds, SecondsPer100kRequests = PerRequests(process.Time) }),
        },
        Indented);

    private double Milliseconds(double percentile) => Latencies.GetValueAtPercentile(percentile) / 1_000.0;

    private double PerRequests(TimeSpan time) => time.TotalSeconds * 100_000 / Latencies.TotalCount;
}
