using System.Runtime.InteropServices;
using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>Numbers of sessions by comet server id. Ids without a session are not in it.</summary>
internal sealed class CountsById
{
    private readonly Dictionary<int, int> counts = new(SeededIntComparer.Instance);

    public int this[int id] => counts.GetValueOrDefault(id);

    public void Increment(int id) => CollectionsMarshal.GetValueRefOrAddDefault(counts, id, out _)++;

    /// <summary>Subtracts one session of an id that has at least one.</summary>
    public void Decrement(int id)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, id);
        if (--count == 0)
        {
            counts.Remove(id);
        }
    }

    /// <summary>Adds the count of each id to <paramref name="total"/>.</summary>
    public void AddTo(Dictionary<int, int> total)
    {
        foreach (var (id, count) in counts)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(total, id, out _) += count;
        }
    }
}
