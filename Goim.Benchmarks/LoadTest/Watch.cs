using System.Diagnostics;
using HdrHistogram;

namespace Goim.Benchmarks.LoadTest;

/// <summary>The time of a measurement: when it began by the clock, and how long it took.</summary>
internal sealed class Watch
{
    private readonly DateTimeOffset start;
    private readonly Stopwatch? running;
    private readonly TimeSpan elapsed;

    private Watch(DateTimeOffset start, Stopwatch? running, TimeSpan elapsed) =>
        (this.start, this.running, this.elapsed) = (start, running, elapsed);

    /// <summary>A measurement that begins now.</summary>
    public static Watch Start() => new(DateTimeOffset.UtcNow, Stopwatch.StartNew(), TimeSpan.Zero);

    /// <summary>A measurement that has just ended.</summary>
    public static Watch Ended(TimeSpan elapsed) => new(DateTimeOffset.UtcNow - elapsed, null, elapsed);

    /// <summary>Ends the measurement now.</summary>
    public Watch Stop() => new(start, null, running?.Elapsed ?? elapsed);

    /// <summary>The result of the measurement, which ends now unless it has ended.</summary>
    /// <param name="part">The part.</param>
    /// <param name="count">How many were done.</param>
    /// <param name="failed">How many failed.</param>
    /// <param name="failure">The first failure.</param>
    /// <param name="times">How long one took.</param>
    /// <param name="pushesEach">Pushes of each; 0 if nothing was pushed.</param>
    public PartResult Result(string part, long count, long failed, string? failure, Times times, int pushesEach = 0)
    {
        var time = running?.Elapsed ?? elapsed;
        var rate = count / time.TotalSeconds;
        return new(
            part,
            start,
            start + time,
            rate,
            rate * pushesEach,
            count,
            failed,
            failed == 0 ? null : failure,
            times.P50Ms,
            times.P99Ms,
            times.MaxMs);
    }
}

/// <summary>How long one connect, request or delivery took, in milliseconds.</summary>
internal readonly record struct Times(double P50Ms, double P99Ms, double MaxMs)
{
    /// <param name="microseconds">Must not change meanwhile: HdrHistogram's reads fail then.</param>
    public static Times Of(HistogramBase microseconds) => new(
        microseconds.GetValueAtPercentile(50) / 1_000.0,
        microseconds.GetValueAtPercentile(99) / 1_000.0,
        microseconds.GetMaxValue() / 1_000.0);
}
