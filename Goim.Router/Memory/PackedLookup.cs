using System.Buffers;
using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>Looks up many users, those of a bucket together.</summary>
/// <remarks>
/// A session is seldom in the processor's cache, and a lock makes the processor finish what it reads from memory. With a lock for each user
/// it waits for memory once for each user. Under one lock it reads the sessions of many users at the same time.
/// </remarks>
internal static class PackedLookup
{
    /// <summary>The sessions of all these users (<see cref="ISessions.GetPackedAsync"/>).</summary>
    public static PackedMGetReply? Run(
        IReadOnlyList<long> userIds, Bucket[] buckets, int maxSessions, CancellationToken cancellationToken)
    {
        // Of few users, hardly two are in one bucket.
        var count = userIds.Count;
        if (count < buckets.Length)
        {
            return ReadEach(userIds, buckets, maxSessions, cancellationToken);
        }

        var ids = ArrayPool<long>.Shared.Rent(count);
        var places = ArrayPool<int>.Shared.Rent(count);
        try
        {
            var ends = Group(userIds, buckets, ids, places);
            return Read(ids.AsSpan(0, count), buckets, ends, maxSessions, cancellationToken) is { } found
                ? PackedOrder.Of(found, places.AsSpan(0, count), maxSessions)
                : null;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(ids);
            ArrayPool<int>.Shared.Return(places);
        }
    }

    private static PackedMGetReply? ReadEach(
        IReadOnlyList<long> userIds, Bucket[] buckets, int maxSessions, CancellationToken cancellationToken)
    {
        var found = PackedOrder.NewReply(userIds.Count);
        for (var i = 0; i < userIds.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (buckets[Bucket.IndexOf(userIds[i], buckets.Length)].Lookup.Get([userIds[i]], found, maxSessions) == 0)
            {
                return null;
            }
        }

        return found;
    }

    // Sorts the ids by bucket. Sets the place of each id of userIds in ids, and returns where each bucket's ids end.
    private static int[] Group(IReadOnlyList<long> userIds, Bucket[] buckets, long[] ids, int[] places)
    {
        var ends = new int[buckets.Length];
        for (var i = 0; i < userIds.Count; i++)
        {
            places[i] = Bucket.IndexOf(userIds[i], buckets.Length);
            ends[places[i]]++;
        }

        // First where each bucket's ids start.
        var sum = 0;
        foreach (ref var end in ends.AsSpan())
        {
            (end, sum) = (sum, sum + end);
        }

        for (var i = 0; i < userIds.Count; i++)
        {
            places[i] = ends[places[i]]++;
            ids[places[i]] = userIds[i];
        }

        return ends;
    }

    private static PackedMGetReply? Read(
        ReadOnlySpan<long> ids, Bucket[] buckets, int[] ends, int maxSessions, CancellationToken cancellationToken)
    {
        var found = PackedOrder.NewReply(ids.Length);
        var next = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            while (next < ends[i])
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = buckets[i].Lookup.Get(ids[next..ends[i]], found, maxSessions);
                if (read == 0)
                {
                    return null;
                }

                next += read;
            }
        }

        return found;
    }
}
