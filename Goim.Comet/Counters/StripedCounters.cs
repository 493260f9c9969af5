using System.Numerics;

namespace Goim.Comet.Counters;

/// <summary>
/// Counters that all lanes increment for each write: each processor has its own cells, so that none takes the cache line of another.
/// </summary>
internal sealed class StripedCounters
{
    /// <summary>Counters, and cells from one processor's to the next one's: 128 bytes, since processors fetch lines in pairs.</summary>
    private const int Stride = 16;

    private const uint MaxStripes = 64;

    private readonly long[] cells;
    private readonly int mask;

    public StripedCounters()
    {
        var stripes = (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount), MaxStripes);
        mask = stripes - 1;

        // The first cells keep a distance from the array's length.
        cells = new long[(stripes + 1) * Stride];
    }

    /// <param name="counter">0 to 15.</param>
    /// <param name="count">What is added.</param>
    public void Add(int counter, long count) =>
        Interlocked.Add(ref cells[(((Thread.GetCurrentProcessorId() & mask) + 1) * Stride) + counter], count);

    /// <summary>The total of a counter.</summary>
    public long Sum(int counter)
    {
        var sum = 0L;
        for (var cell = Stride + counter; cell < cells.Length; cell += Stride)
        {
            sum += Interlocked.Read(ref cells[cell]);
        }

        return sum;
    }
}
