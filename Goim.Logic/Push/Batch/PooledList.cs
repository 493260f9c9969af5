using System.Buffers;

namespace Goim.Logic.Push.Batch;

/// <summary>A list in a pooled array. Dispose it when nothing refers to its elements any more.</summary>
internal sealed class PooledList<T> : IDisposable
{
    private const int InitialCount = 256;

    private T[] items = ArrayPool<T>.Shared.Rent(InitialCount);

    public int Count { get; private set; }

    public Span<T> Span => items.AsSpan(0, Count);

    public ref T this[int index] => ref Span[index];

    public void Add(T item)
    {
        if (Count == items.Length)
        {
            var larger = ArrayPool<T>.Shared.Rent(Count * 2);
            Span.CopyTo(larger);
            Return();
            items = larger;
        }

        items[Count++] = item;
    }

    public void Dispose()
    {
        Return();
        (items, Count) = ([], 0);
    }

    // Only what has been used is cleared: the pool would clear the whole array.
    private void Return()
    {
        Span.Clear();
        ArrayPool<T>.Shared.Return(items);
    }
}
