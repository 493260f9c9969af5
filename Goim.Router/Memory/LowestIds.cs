namespace Goim.Router.Memory;

/// <summary>Keeps the lowest ids of all that are added, each once, so that a page costs memory for a page.</summary>
/// <param name="limit">Ids to keep; 0 keeps all.</param>
internal sealed class LowestIds(int limit)
{
    private readonly List<long> all = [];
    private readonly SortedSet<long> lowest = [];

    // The highest that is kept, once there are as many as are wanted.
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

    /// <summary>The ids kept, ascending.</summary>
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
