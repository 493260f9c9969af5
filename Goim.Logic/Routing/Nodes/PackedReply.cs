using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Checks the answers of lookups and counts.</summary>
internal static class PackedReply
{
    /// <summary>The count of a user whom a cold node does not know.</summary>
    public const int Unknown = -1;

    /// <summary>
    /// Whether the answer has a count for each user, and as many sessions as the counts add up to. A cold node may have users that it does
    /// not know.
    /// </summary>
    public static bool IsWellFormed(int users, PackedMGetReply reply)
    {
        if (reply.Counts.Count != users || reply.Servers.Count != reply.Seqs.Count)
        {
            return false;
        }

        var sessions = 0L;
        foreach (var count in UnsafeCollectionOperations.AsSpan(reply.Counts))
        {
            if (count < 0 && (count != Unknown || reply.ColdMs <= 0))
            {
                return false;
            }

            sessions += Math.Max(0, count);
        }

        return sessions == reply.Seqs.Count;
    }

    /// <summary>Whether the answer has a count for each id.</summary>
    public static bool IsWellFormed(PackedCountReply reply) => reply.Ids.Count == reply.Counts.Count;

    /// <summary>Index of each user's first session.</summary>
    public static int[] Starts(PackedMGetReply reply)
    {
        var starts = new int[reply.Counts.Count];
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] = starts[i - 1] + Math.Max(0, reply.Counts[i - 1]);
        }

        return starts;
    }

    /// <summary>Whether the answer has users, and for each of them a session or more.</summary>
    public static bool IsWellFormed(RoomUsersReply reply)
    {
        if (reply.Counts.Count != reply.UserIds.Count || reply.Servers.Count != reply.Seqs.Count
            || (reply.HasMore && reply.UserIds.Count == 0))
        {
            return false;
        }

        var sessions = 0L;
        foreach (var count in UnsafeCollectionOperations.AsSpan(reply.Counts))
        {
            if (count < 1)
            {
                return false;
            }

            sessions += count;
        }

        return sessions == reply.Seqs.Count;
    }

    /// <summary>Whether the answer has a server for each session.</summary>
    public static bool IsWellFormed(GetReply reply) => reply.Seqs.Count == reply.Servers.Count;
}
