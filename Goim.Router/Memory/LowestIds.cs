namespace Goim.Router.Memory;

/// <summary>Keeps the lowest ids of all that are added, so that a page costs memory for a page.</summary>
/// <param name="limit">Ids to keep; 0 keeps all.</param>
internal sealed class LowestIds(int limit)
{
    private readonly List<long> all = [];
    private readonly PriorityQueue<long, long> highestFirst = new();

    public void Add(long id)
    {
        if (limit == 0)
        {
            all.Add(id);
        }
        else if (highestFirst.Count < limit)
        {
            highestFirst.Enqueue(id, ~id);
        }
        else if (id < highestFirst.Peek())
        {
            highestFirst.EnqueueDequeue(id, ~id);
        }
    }

    /// <summary>The ids kept, ascending.</summary>
    public long[] Ascending()
    {
        long[] ids = limit == 0 ? [.. all] : [.. highestFirst.UnorderedItems.Select(item => item.Element)];
        Array.Sort(ids);
        return ids;
    }
}
