namespace Goim.Router;

/// <summary>Collects the lowest of the added ids, without duplicates. Holds no more ids than the limit.</summary>
/// <param name="limit">Maximum number of ids to collect, 1 or more.</param>
internal sealed class LowestIds(int limit)
{
    private readonly SortedSet<long> lowest = [];

    // The highest id in the set once it has reached the limit.
    private long bound = long.MaxValue;

    public void Add(long id)
    {
        if ((id < bound || lowest.Count < limit) && lowest.Add(id) && lowest.Count >= limit)
        {
            if (lowest.Count > limit)
            {
                lowest.Remove(bound);
            }

            bound = lowest.Max;
        }
    }

    /// <summary>The collected ids in ascending order.</summary>
    public long[] Ascending() => [.. lowest];
}
