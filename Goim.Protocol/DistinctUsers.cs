using System.Buffers;
using System.Numerics;

namespace Goim.Protocol;

/// <summary>User ids, each of them once.</summary>
/// <param name="Ids">The ids, in the order of their first occurrence.</param>
/// <param name="Places">Index in <paramref name="Ids"/> of each id that was given. Null if no id was repeated.</param>
public readonly record struct DistinctUsers(IReadOnlyList<long> Ids, int[]? Places)
{
    /// <summary>Finds the ids that are repeated. If none is, allocates nothing and <see cref="Ids"/> is the list itself.</summary>
    public static DistinctUsers Of(IReadOnlyList<long> userIds)
    {
        // A hash table of indexes into userIds, each plus one. At most half of it is used.
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, userIds.Count) * 2);
        var table = ArrayPool<int>.Shared.Rent(size);
        Array.Clear(table, 0, size);
        try
        {
            for (var i = 0; i < userIds.Count; i++)
            {
                if (FirstIndex(table.AsSpan(0, size), userIds, i) != i)
                {
                    return WithRepeats(userIds);
                }
            }

            return new DistinctUsers(userIds, null);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(table);
        }
    }

    // The index at which the id of this index was added to the table. Adds it if it is new.
    private static int FirstIndex(Span<int> table, IReadOnlyList<long> userIds, int index)
    {
        var slot = SeededLongComparer.Instance.GetHashCode(userIds[index]) & (table.Length - 1);
        while (table[slot] != 0)
        {
            if (userIds[table[slot] - 1] == userIds[index])
            {
                return table[slot] - 1;
            }

            slot = (slot + 1) & (table.Length - 1);
        }

        table[slot] = index + 1;
        return index;
    }

    private static DistinctUsers WithRepeats(IReadOnlyList<long> userIds)
    {
        var placeOf = new Dictionary<long, int>(SeededLongComparer.Instance);
        var ids = new List<long>();
        var places = new int[userIds.Count];
        for (var i = 0; i < places.Length; i++)
        {
            if (!placeOf.TryGetValue(userIds[i], out places[i]))
            {
                placeOf.Add(userIds[i], places[i] = ids.Count);
                ids.Add(userIds[i]);
            }
        }

        return new DistinctUsers(ids, places);
    }
}
