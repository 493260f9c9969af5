using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Logic.Routing.Lookup;

/// <summary>Users, and a node's packed answer for them.</summary>
/// <param name="UserIds">In the order in which they were asked for.</param>
/// <param name="Reply">A well-formed answer.</param>
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

    /// <summary>Merges answers. During a change of the ring both nodes may know a user, whose sessions are then listed once.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public static PackedUsers Merged(IEnumerable<PackedUsers> answers, CancellationToken cancellationToken)
    {
        var users = answers.SelectMany(answer => answer.Each())
            .GroupBy(user => user.UserId, user => user.Sessions, SeededLongComparer.Instance).ToArray();
        var merged = new PackedMGetReply();
        foreach (var user in users)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sessions = UserSessions.Merged([.. user]);
            merged.Counts.Add(sessions.Count);
            merged.Seqs.AddRange(sessions.Seqs);
            merged.Servers.AddRange(sessions.Servers);
        }

        return new PackedUsers(users.Select(user => user.Key).ToArray(), merged);
    }
}
