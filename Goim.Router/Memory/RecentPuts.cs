namespace Goim.Router.Memory;

/// <summary>The seqs that puts of the last minute were given, so that a repeated put gets its seq again. Not thread-safe.</summary>
/// <param name="max">Maximum number of puts.</param>
/// <param name="minute">Ticks of the clock in 60 s.</param>
internal sealed class RecentPuts(int max, long minute)
{
    /// <summary>The seq of a put whose session has been deleted by its request id.</summary>
    public const int Deleted = 0;

    // Puts whose memory is not given back.
    private const int CapacityKept = 1_024;

    private readonly Dictionary<RequestKey, (int Seq, long Time)> puts = [];

    // A key whose time has changed is in the queue more than once; only its latest element counts.
    private readonly Queue<(RequestKey Key, long Time)> byTime = new();

    /// <summary>Whether another put would take the place of one of the last minute. Call <see cref="Expire"/> first.</summary>
    public bool IsFull => byTime.Count >= max;

    /// <summary>Looks up a put of the last minute.</summary>
    /// <param name="key">The put.</param>
    /// <param name="now">Time by <see cref="MonotonicClock"/>.</param>
    /// <param name="seq">Its seq, or <see cref="Deleted"/>.</param>
    public bool TryGet(RequestKey key, long now, out int seq)
    {
        if (puts.Count > 0 && puts.TryGetValue(key, out var put) && now - put.Time < minute)
        {
            seq = put.Seq;
            return true;
        }

        seq = 0;
        return false;
    }

    /// <summary>Sets the seq of a put for a minute. If there is no room, forgets the oldest put.</summary>
    public void Set(RequestKey key, int seq, long now)
    {
        if (IsFull)
        {
            ForgetOldest();
        }

        puts[key] = (seq, now);
        byTime.Enqueue((key, now));
    }

    /// <summary>Forgets puts that are older than a minute.</summary>
    /// <param name="now">Time by <see cref="MonotonicClock"/>.</param>
    /// <param name="limit">Maximum number of puts to forget.</param>
    /// <returns>True if there may be more of them.</returns>
    public bool Expire(long now, int limit)
    {
        var forgotten = 0;
        while (forgotten < limit && byTime.TryPeek(out var oldest) && now - oldest.Time >= minute)
        {
            ForgetOldest();
            forgotten++;
        }

        if (byTime.Count == 0 && puts.Capacity > CapacityKept)
        {
            puts.TrimExcess();
            byTime.TrimExcess();
        }

        return forgotten == limit;
    }

    private void ForgetOldest()
    {
        var (key, time) = byTime.Dequeue();
        if (puts.TryGetValue(key, out var put) && put.Time == time)
        {
            puts.Remove(key);
        }
    }
}
