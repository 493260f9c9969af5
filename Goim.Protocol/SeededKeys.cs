namespace Goim.Protocol;

/// <summary>Compares int64 keys of a hash table that callers choose, such as user ids, by their <see cref="SeededHash"/>.</summary>
public sealed class SeededLongComparer : IEqualityComparer<long>
{
    private SeededLongComparer()
    {
    }

    /// <summary>The only comparer.</summary>
    public static SeededLongComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(long x, long y) => x == y;

    /// <inheritdoc/>
    public int GetHashCode(long obj) => SeededHash.Of(obj);
}

/// <summary>Compares int32 keys of a hash table that callers choose, such as room ids, by their <see cref="SeededHash"/>.</summary>
public sealed class SeededIntComparer : IEqualityComparer<int>
{
    private SeededIntComparer()
    {
    }

    /// <summary>The only comparer.</summary>
    public static SeededIntComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(int x, int y) => x == y;

    /// <inheritdoc/>
    public int GetHashCode(int obj) => SeededHash.Of(obj);
}
