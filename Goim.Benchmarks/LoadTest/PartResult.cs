using System.Text.Json;

namespace Goim.Benchmarks.LoadTest;

/// <summary>What one job has measured in one part of a load test.</summary>
/// <param name="Part">One of <see cref="Parts"/>.</param>
/// <param name="Start">Start of the measurement, by the clock of the job's machine.</param>
/// <param name="End">Its end.</param>
/// <param name="PerSecond">Connects, requests or deliveries a second.</param>
/// <param name="PushesPerSecond">Pushes a second; 0 where nothing is pushed.</param>
/// <param name="Count">Connects, requests or deliveries.</param>
/// <param name="Failed">How many failed: refused, lost, out of order or disconnected.</param>
/// <param name="Failure">The first failure; null if there was none.</param>
/// <param name="P50Ms">Median, in milliseconds.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="MaxMs">Maximum.</param>
internal sealed record PartResult(
    string Part,
    DateTimeOffset Start,
    DateTimeOffset End,
    double PerSecond,
    double PushesPerSecond,
    long Count,
    long Failed,
    string? Failure,
    double P50Ms,
    double P99Ms,
    double MaxMs)
{
    /// <summary>The last line of a job that has carried out all parts, whether or not requests failed.</summary>
    public const string Finished = "finished";

    private const string Prefix = "result ";

    /// <summary>One line, with which a job reports.</summary>
    public string ToLine() => Prefix + JsonSerializer.Serialize(this);

    /// <summary>Reads what a job has printed, and leaves out other lines.</summary>
    public static IEnumerable<PartResult> Read(IEnumerable<string> lines) =>
        lines.Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(line => JsonSerializer.Deserialize<PartResult>(line[Prefix.Length..])!);
}
