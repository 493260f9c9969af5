using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Router;

/// <summary>Puts the users of a packed answer into another order.</summary>
internal static class PackedOrder
{
    /// <summary>An empty answer with memory for so many users with one session each.</summary>
    public static PackedMGetReply NewReply(int users) => NewReply(users, users);

    /// <summary>The answer with each user's sessions at all its places. Null if it would have too many sessions.</summary>
    /// <param name="found">An answer.</param>
    /// <param name="places">The user at each place of the result: an index of <paramref name="found"/>.</param>
    /// <param name="maxSessions">Maximum number of sessions.</param>
    public static PackedMGetReply? Of(PackedMGetReply found, ReadOnlySpan<int> places, int maxSessions)
    {
        ReadOnlySpan<int> counts = UnsafeCollectionOperations.AsSpan(found.Counts);
        ReadOnlySpan<int> seqs = UnsafeCollectionOperations.AsSpan(found.Seqs), servers = UnsafeCollectionOperations.AsSpan(found.Servers);
        var starts = new int[counts.Length];
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] = starts[i - 1] + Math.Max(0, counts[i - 1]);
        }

        var reply = NewReply(places.Length, Math.Max(places.Length, seqs.Length));
        reply.ColdMs = found.ColdMs;
        foreach (var place in places)
        {
            var count = Math.Max(0, counts[place]);
            if (reply.Seqs.Count + count > maxSessions)
            {
                return null;
            }

            reply.Counts.Add(counts[place]);
            foreach (var seq in seqs.Slice(starts[place], count))
            {
                reply.Seqs.Add(seq);
            }

            foreach (var server in servers.Slice(starts[place], count))
            {
                reply.Servers.Add(server);
            }
        }

        return reply;
    }

    private static PackedMGetReply NewReply(int users, int sessions) => new()
    {
        Counts = { Capacity = users },
        Seqs = { Capacity = sessions },
        Servers = { Capacity = sessions },
    };
}
