using System.Runtime.InteropServices;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Diff;

/// <summary>Where a delivery was seen first on a side.</summary>
/// <param name="Partition">Partition of the topic.</param>
/// <param name="Offset">Offset of the record.</param>
internal readonly record struct Place(int Partition, long Offset);

/// <summary>How often a delivery was seen on one side.</summary>
internal struct Sightings
{
    /// <summary>Those that need a counterpart, and those at the edges, which are only counterparts.</summary>
    public int Whole, Edge;
    public Place First;
}

/// <summary>A delivery that one side has more often than the other.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="More">How many more.</param>
/// <param name="First">Where it was seen first.</param>
internal readonly record struct Surplus(Delivery Delivery, int More, Place First);

/// <summary>Counts deliveries of two sides, 0 and 1. Both may add at the same time.</summary>
/// <param name="limit">Most different deliveries.</param>
internal sealed class DeliveryCounts(int limit)
{
    private readonly Lock guard = new();
    private readonly Dictionary<Delivery, (Sightings A, Sightings B)> seen = [];

    /// <exception cref="TargetFailure">There are more different deliveries than the limit.</exception>
    public void Add(int side, Delivery delivery, Place place, bool isEdge)
    {
        lock (guard)
        {
            ref var both = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, delivery, out var isKnown);
            if (!isKnown && seen.Count > limit)
            {
                throw new TargetFailure(
                    $"The records have more than {limit} different deliveries: expected fewer in a shorter time, or a higher --limit (each "
                    + "takes some 200 bytes of memory).");
            }

            Count(ref side == 0 ? ref both.A : ref both.B, place, isEdge);
        }
    }

    /// <summary>Deliveries of a kind on a side, with those at the edges.</summary>
    public long Total(int side, RecordKind kind) => Of(side, kind).Sum(static each => (long)each.Mine.Whole + each.Mine.Edge);

    /// <summary>Deliveries of a side that it had before.</summary>
    public long Repeated(int side) => seen.Values
        .Select(both => side == 0 ? both.A : both.B)
        .Sum(static mine => Math.Max(0L, (long)mine.Whole + mine.Edge - 1));

    /// <summary>What a side has more often than the other one.</summary>
    public IEnumerable<Surplus> Surpluses(int side, RecordKind kind) => Of(side, kind)
        .Select(static each => new Surplus(each.Delivery, each.Mine.Whole - each.Other.Whole - each.Other.Edge, each.Mine.First))
        .Where(static surplus => surplus.More > 0);

    /// <summary>Deliveries at the edges that have no counterpart and need none.</summary>
    public long LeftOut(int side) => seen.Values
        .Select(both => side == 0 ? (Mine: both.A, Other: both.B) : (Mine: both.B, Other: both.A))
        .Sum(static each => Math.Clamp((long)each.Mine.Whole + each.Mine.Edge - each.Other.Whole - each.Other.Edge, 0, each.Mine.Edge));

    private IEnumerable<(Delivery Delivery, Sightings Mine, Sightings Other)> Of(int side, RecordKind kind) => seen
        .Where(each => each.Key.Kind == kind)
        .Select(each => side == 0 ? (each.Key, each.Value.A, each.Value.B) : (each.Key, each.Value.B, each.Value.A));

    private static void Count(ref Sightings mine, Place place, bool isEdge)
    {
        if (mine.Whole + mine.Edge == 0)
        {
            mine.First = place;
        }

        mine.Whole += isEdge ? 0 : 1;
        mine.Edge += isEdge ? 1 : 0;
    }
}
