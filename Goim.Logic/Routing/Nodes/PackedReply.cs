using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Checks a packed answer, or packs an answer of RouterRPC's MGet.</summary>
internal static class PackedReply
{
    /// <summary>Whether the answer has a count for each user, and as many sessions as the counts add up to.</summary>
    public static bool IsWellFormed(int users, PackedMGetReply reply)
    {
        if (reply.Counts.Count != users || reply.Servers.Count != reply.Seqs.Count)
        {
            return false;
        }

        var sessions = 0L;
        foreach (var count in UnsafeCollectionOperations.AsSpan(reply.Counts))
        {
            if (count < 0)
            {
                return false;
            }

            sessions += count;
        }

        return sessions == reply.Seqs.Count;
    }

    /// <summary>Whether the answer has a server for each session.</summary>
    public static bool IsWellFormed(GetReply reply) => reply.Seqs.Count == reply.Servers.Count;

    /// <summary>Packs an answer. One that is not well-formed gives a packed one that is not.</summary>
    public static PackedMGetReply Pack(MGetArg asked, MGetReply reply)
    {
        var packed = new PackedMGetReply();
        if (!reply.UserIds.Equals(asked.UserIds) || reply.Sessions.Count != asked.UserIds.Count || !reply.Sessions.All(IsWellFormed))
        {
            return packed;
        }

        foreach (var sessions in reply.Sessions)
        {
            packed.Counts.Add(sessions.Seqs.Count);
            packed.Seqs.Add(sessions.Seqs);
            packed.Servers.Add(sessions.Servers);
        }

        return packed;
    }
}
