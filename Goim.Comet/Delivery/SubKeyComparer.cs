using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>Compares sub keys by a seeded hash, since callers choose user ids.</summary>
internal sealed class SubKeyComparer : IEqualityComparer<SubKey>
{
    private SubKeyComparer()
    {
    }

    /// <summary>The only comparer.</summary>
    public static SubKeyComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(SubKey x, SubKey y) => x == y;

    /// <inheritdoc/>
    public int GetHashCode(SubKey obj) => SeededHash.Of(obj.UserId, obj.Seq, 0);
}
