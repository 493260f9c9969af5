namespace Goim.Benchmarks.Diff;

/// <summary>
/// Which records are at an edge of a reading that lasts a given time. Decided by when they were written, however late they are read: by
/// the ends of the partitions when the first edge ends, and when the last one begins.
/// </summary>
/// <param name="window">Has the length of the reading and of its edges.</param>
internal sealed class EdgeOffsets(ReadWindow window)
{
    private readonly TimeSpan endBegins = window.Duration is { } time ? time - window.Edge : TimeSpan.MaxValue;
    private readonly bool hasStart = window.FromEnd && window.Edge > TimeSpan.Zero;
    private IReadOnlyDictionary<int, long>? startEnds, endStarts;

    /// <summary>Time since the start until which no ends need be asked for.</summary>
    public TimeSpan Due => hasStart && startEnds is null ? window.Edge
        : window.Edge > TimeSpan.Zero && endStarts is null ? endBegins
        : TimeSpan.MaxValue;

    /// <summary>Asks for the ends if an edge has ended or begun. Must be called before a record of that time is taken.</summary>
    /// <param name="elapsed">Time since the start.</param>
    /// <param name="ends">Asks for the end of each partition.</param>
    public void Pass(TimeSpan elapsed, Func<IReadOnlyDictionary<int, long>> ends)
    {
        if (hasStart && startEnds is null && elapsed >= window.Edge)
        {
            startEnds = ends();
        }

        if (window.Edge > TimeSpan.Zero && endStarts is null && elapsed >= endBegins)
        {
            endStarts = ends();
        }
    }

    /// <summary>Whether a record is at an edge. One that is read before an edge's end is known was written before it, too.</summary>
    public bool Has(int partition, long offset) =>
        (hasStart && (startEnds is null || offset < startEnds.GetValueOrDefault(partition)))
        || (endStarts is not null && offset >= endStarts.GetValueOrDefault(partition, long.MaxValue));
}
