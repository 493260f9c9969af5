namespace Goim.Router.Memory;

/// <summary>Collects the lowest of the added ids, without duplicates. With a limit, holds no more ids than the limit.</summary>
/// <param name="limit">Maximum number of ids to collect; 0 for all.</param>
internal sealed class LowestIds(int limit)
{
    private readonly List<long> all = [];
    private readonly SortedSet<long> lowest = [];

    // The highest id in the set once it has reached the limit.
    private long bound = long.MaxValue;

    public void Add(long id)
    {
        if (limit == 0)
        {
            all.Add(id);
        }
        else if ((id < bound || lowest.Count < limit) && lowest.Add(id) && lowest.Count >= limit)
        {
            if (lowest.Count > limit)
            {
                lowest.Remove(bound);
            }

            bound = lowest.Max;
        }
    }

    /// <summary>The collected ids in ascending order.</summary>
    public long[] Ascending()
    {
        if (limit > 0)
        {
            return [.. lowest];
        }

        all.Sort();
        return [.. all.Where((id, i) => i == 0 || id != all[i - 1])];
    }
}
