using System.Buffers;
using System.Numerics;
using Goim.Protocol;

namespace Goim.Logic.Push;

/// <summary>The user ids of one push, in a pooled buffer. Dispose them when nothing refers to them any more.</summary>
internal sealed class UserIds : IDisposable
{
    private const int InitialCount = 256;

    private long[] ids = ArrayPool<long>.Shared.Rent(InitialCount);
    private bool isAscending = true;

    public int Count { get; private set; }

    public ReadOnlyMemory<long> Memory => ids.AsMemory(0, Count);

    public void Add(long userId)
    {
        if (Count == ids.Length)
        {
            var larger = ArrayPool<long>.Shared.Rent(Count * 2);
            ids.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<long>.Shared.Return(ids);
            ids = larger;
        }

        isAscending &= Count == 0 || userId > ids[Count - 1];
        ids[Count++] = userId;
    }

    /// <summary>Removes repeated ids. The first of each keeps its place in the order.</summary>
    public void MakeDistinct()
    {
        if (isAscending)
        {
            return;
        }

        // Open addressing: a slot holds 1 + the index of an id, or 0. At least half of the slots are 0.
        var size = 2 * (int)BitOperations.RoundUpToPowerOf2((uint)Count);
        var slots = ArrayPool<int>.Shared.Rent(size);
        slots.AsSpan(0, size).Clear();
        var distinct = 0;
        for (var i = 0; i < Count; i++)
        {
            var userId = ids[i];
            var slot = SeededHash.Of(userId) & (size - 1);
            while (slots[slot] != 0 && ids[slots[slot] - 1] != userId)
            {
                slot = (slot + 1) & (size - 1);
            }

            if (slots[slot] == 0)
            {
                ids[distinct++] = userId;
                slots[slot] = distinct;
            }
        }

        Count = distinct;
        ArrayPool<int>.Shared.Return(slots);
    }

    public void Dispose()
    {
        ArrayPool<long>.Shared.Return(ids);
        (ids, Count) = ([], 0);
    }
}
