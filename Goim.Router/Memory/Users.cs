using Google.Protobuf.Collections;

namespace Goim.Router.Memory;

/// <summary>The users of a bucket: their sessions and the counts, changed together. Not thread-safe; the bucket holds the lock.</summary>
internal sealed class Users
{
    public SessionTable Sessions { get; } = new();

    public BucketCounts Counts { get; } = new();

    /// <summary>Adds a session. With a seq above 0, restores or replaces the session with that seq.</summary>
    /// <returns>The session's seq; 0 if the user has no seq left.</returns>
    public int Put(Session session)
    {
        var highest = Sessions.FindHighest(session.UserId);
        var highestSeq = highest == 0 ? 0 : Sessions[highest].Number;
        if (session.Seq == 0)
        {
            if (highestSeq == int.MaxValue)
            {
                return 0;
            }

            session.Seq = highestSeq + 1;
        }

        if (highest != 0 && !Sessions[highest].IsLive && session.Seq >= highestSeq)
        {
            Sessions.Replace(highest, session);
        }
        else if (session.Seq <= highestSeq && Sessions.Find(session.UserId, session.Seq) is var index and not 0)
        {
            Counts.Remove(Sessions[index]);
            Sessions.Replace(index, session);
        }
        else
        {
            Sessions.Add(session);
        }

        Counts.Add(session);
        return session.Seq;
    }

    /// <summary>Deletes a live session. The session with the user's highest seq becomes a tombstone.</summary>
    /// <returns>The number of chain steps that the deletion took.</returns>
    public int Del(int index, long nowUnixMs)
    {
        var steps = 0;
        ref var session = ref Sessions[index];
        Counts.Remove(session);
        var highest = Sessions.FindHighest(session.UserId);
        if (index == highest)
        {
            session.Seq = -session.Seq;
        }
        else
        {
            steps = Sessions.Remove(index);
        }

        if (!Sessions[highest].IsLive)
        {
            Sessions[highest].UnixMs = nowUnixMs;
        }

        return steps;
    }

    /// <summary>
    /// Whether the entry is the tombstone of a user whose last session was deleted before <paramref name="oldestUnixMs"/>.
    /// </summary>
    public bool IsExpired(int index, long oldestUnixMs) =>
        Sessions[index].Seq < 0 && Sessions[index].UnixMs < oldestUnixMs && Sessions.FindNextLower(index) == 0;

    /// <summary>Appends the user's sessions to both lists, in descending order of seq.</summary>
    public void Get(long userId, RepeatedField<int> seqs, RepeatedField<int> servers)
    {
        for (var index = Sessions.FindHighest(userId); index != 0; index = Sessions.FindNextLower(index))
        {
            ref var session = ref Sessions[index];
            if (session.IsLive)
            {
                seqs.Add(session.Seq);
                servers.Add(session.Server);
            }
        }
    }

    public int Count(long userId)
    {
        var count = 0;
        for (var index = Sessions.FindHighest(userId); index != 0; index = Sessions.FindNextLower(index))
        {
            count += Sessions[index].IsLive ? 1 : 0;
        }

        return count;
    }
}
