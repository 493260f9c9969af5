using System.Buffers;
using System.Numerics;

namespace Goim.Logic.Push;

/// <summary>The user ids of one push, in a pooled buffer; to be disposed of when nothing refers to them any more.</summary>
internal sealed class UserIds : IDisposable
{
    private const int First = 256;

    private long[] ids = ArrayPool<long>.Shared.Rent(First);
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

    /// <summary>Drops the repeated ones; the first of each stays where it is in the order.</summary>
    public void MakeDistinct()
    {
        if (isAscending)
        {
            return;
        }

        // Open addressing: a slot holds 1 + the index of an id, at least half of them nothing.
        var size = 2 * (int)BitOperations.RoundUpToPowerOf2((uint)Count);
        var slots = ArrayPool<int>.Shared.Rent(size);
        slots.AsSpan(0, size).Clear();
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            var userId = ids[i];

            // Other slots in each process, so that nobody can choose ids that fall together.
            var slot = HashCode.Combine((int)userId, (int)(userId >> 32)) & (size - 1);
            while (slots[slot] != 0 && ids[slots[slot] - 1] != userId)
            {
                slot = (slot + 1) & (size - 1);
            }

            if (slots[slot] == 0)
            {
                ids[kept++] = userId;
                slots[slot] = kept;
            }
        }

        Count = kept;
        ArrayPool<int>.Shared.Return(slots);
    }

    public void Dispose()
    {
        ArrayPool<long>.Shared.Return(ids);
        (ids, Count) = ([], 0);
    }
}
