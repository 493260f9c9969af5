using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Logic.Routing;

/// <summary>Users and what a node answered of them, packed.</summary>
/// <param name="UserIds">As asked.</param>
/// <param name="Reply">Well-formed.</param>
internal readonly record struct PackedUsers(ReadOnlyMemory<long> UserIds, PackedMGetReply Reply)
{
    /// <summary>Each user's sessions, in order.</summary>
    public IEnumerable<(long UserId, UserSessions Sessions)> Each()
    {
        var start = 0;
        for (var i = 0; i < UserIds.Length; i++)
        {
            var count = Reply.Counts[i];
            yield return (UserIds.Span[i], new UserSessions(Reply.Seqs, Reply.Servers, start, count));
            start += count;
        }
    }

    /// <summary>Whether an answer tells of as many users as were asked for, and of as many sessions as it says.</summary>
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

    /// <summary>What a node without PackedRouterRPC answered, packed; an answer that is not well-formed stays so.</summary>
    public static PackedMGetReply Pack(MGetArg asked, MGetReply reply)
    {
        var packed = new PackedMGetReply();
        if (!reply.UserIds.Equals(asked.UserIds) || reply.Sessions.Count != asked.UserIds.Count || !reply.Sessions.All(RouterClient.IsWellFormed))
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

    /// <summary>While the ring changes, a user may be known to both its nodes: its sessions are told once.</summary>
    public static PackedUsers Merged(IEnumerable<PackedUsers> answers)
    {
        var users = answers.SelectMany(answer => answer.Each()).GroupBy(user => user.UserId, user => user.Sessions).ToArray();
        var merged = new PackedMGetReply();
        foreach (var user in users)
        {
            var sessions = UserSessions.Merged([.. user]);
            merged.Counts.Add(sessions.Count);
            merged.Seqs.AddRange(sessions.Seqs);
            merged.Servers.AddRange(sessions.Servers);
        }

        return new PackedUsers(users.Select(user => user.Key).ToArray(), merged);
    }
}
