using System.Runtime.InteropServices;

namespace Goim.Router.Memory;

/// <summary>Sessions per room or per server; an id with none is not listed.</summary>
internal sealed class Counter
{
    private readonly Dictionary<int, int> counts = [];

    public int this[int id] => counts.GetValueOrDefault(id);

    public void Add(int id) => CollectionsMarshal.GetValueRefOrAddDefault(counts, id, out _)++;

    public void Remove(int id)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, id);
        if (--count == 0)
        {
            counts.Remove(id);
        }
    }

    /// <summary>Adds these counts to <paramref name="total"/>.</summary>
    public void AddTo(Dictionary<int, int> total)
    {
        foreach (var (id, count) in counts)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(total, id, out _) += count;
        }
    }
}
