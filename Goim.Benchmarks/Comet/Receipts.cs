using System.Diagnostics;
using HdrHistogram;

namespace Goim.Benchmarks.Comet;

/// <summary>The times from push to receipt of the current run, of all clients.</summary>
internal sealed class Receipts
{
    private const long MaxMicroseconds = 600_000_000;

    private volatile int run = Random.Shared.Next(int.MaxValue / 2);
    private long last;

    /// <summary>
    /// Number of the current run. It starts at random, so that messages of another process that pushes to the same clients do not count.
    /// </summary>
    public int Run => run;

    /// <summary>From push to receipt, in microseconds.</summary>
    public LongHistogram Latencies { get; } = new(1, MaxMicroseconds, 3);

    /// <summary>Timestamp of the last receipt.</summary>
    public long Last => Volatile.Read(ref last);

    /// <summary>Starts the next run. Messages of earlier ones do not count any more.</summary>
    /// <returns>Its number.</returns>
    public int Begin()
    {
        Latencies.Reset();
        return ++run;
    }

    /// <summary>Adds a message of the current run.</summary>
    public void Add(long pushedAt, long now)
    {
        Latencies.RecordValue(Math.Clamp(Stopwatch.GetElapsedTime(pushedAt, now).Ticks / TimeSpan.TicksPerMicrosecond, 0, MaxMicroseconds));
        Volatile.Write(ref last, now);
    }
}
