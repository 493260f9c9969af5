using Google.Protobuf.Collections;

namespace Goim.Router.Memory;

/// <summary>The sessions of some of the node's users, behind one lock.</summary>
/// <remarks>
/// goim router/bucket.go and session.go; the methods name where they differ. A method that visits all sessions takes a cursor, visits one
/// slice of the table from there downwards, and returns the cursor of the next slice, or 0 at the end. The lock is released between slices.
/// </remarks>
internal sealed class Bucket(TimeProvider time, TimeSpan sessionExpiry)
{
    /// <summary>The cursor of the first slice.</summary>
    public const int Start = int.MaxValue;

    /// <summary>Table entries in a slice. Deleting all of them takes about 0.2 ms.</summary>
    private const int SliceSize = 1_024;

    /// <summary>
    /// Maximum number of chain steps in one slice of a deletion. Bounds the time when users have thousands of sessions each, as
    /// <see cref="SliceSize"/> does otherwise.
    /// </summary>
    private const int MaxStepsPerSlice = 64 * SliceSize;

    private readonly Lock gate = new();
    private readonly Users users = new();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Adds a session. With a <paramref name="seq"/> above 0, restores or replaces the session with that seq.</summary>
    /// <returns>The session's seq; 0 if the user has no seq left.</returns>
    public int Put(long userId, int server, int roomId, int seq)
    {
        var session = new Session { UserId = userId, Seq = seq, Server = server, RoomId = roomId, UnixMs = Now };
        lock (gate)
        {
            return users.Put(session);
        }
    }

    /// <summary>Deletes a session, if it was created at or before <paramref name="beforeUnixMs"/> (0: always).</summary>
    /// <returns>True if the session existed and was deleted.</returns>
    // goim router/bucket.go Del decrements the count of the room that the caller names. Here the session has its room.
    public bool Del(long userId, int seq, long beforeUnixMs)
    {
        var now = Now;
        lock (gate)
        {
            var index = users.Sessions.Find(userId, seq);
            if (index == 0 || !users.Sessions[index].IsLive || !users.Sessions[index].IsCreatedAtOrBefore(beforeUnixMs))
            {
                return false;
            }

            users.Del(index, now);
            return true;
        }
    }

    /// <summary>
    /// Deletes the sessions of one comet server that were created at or before <paramref name="beforeUnixMs"/> (0: always), in one slice.
    /// </summary>
    /// <returns>The cursor of the next slice; 0 at the end.</returns>
    // goim router/bucket.go DelServer deletes all sessions of each user that has one on the server, and does not change the counts.
    public int DelServer(int server, long beforeUnixMs, int cursor)
    {
        var now = Now;
        lock (gate)
        {
            if (users.Counts.Servers[server] == 0)
            {
                return 0;
            }

            // Downwards: a user's later sessions precede its earlier ones in the chain, so the session to delete is near the head.
            var (index, last) = SliceAt(cursor);
            var steps = 0;
            while (index > last && steps < MaxStepsPerSlice)
            {
                ref var session = ref users.Sessions[--index];
                if (session.IsLive && session.Server == server && session.IsCreatedAtOrBefore(beforeUnixMs))
                {
                    steps += users.Del(index, now);
                }
            }

            return CursorAfter(index);
        }
    }

    /// <summary>Appends the user's sessions to <paramref name="seqs"/> and <paramref name="servers"/>, in ascending order of seq.</summary>
    /// <returns>The number of sessions.</returns>
    public int Get(long userId, RepeatedField<int> seqs, RepeatedField<int> servers)
    {
        var start = seqs.Count;
        lock (gate)
        {
            users.Get(userId, seqs, servers);
        }

        for (var (low, high) = (start, seqs.Count - 1); low < high; low++, high--)
        {
            (seqs[low], seqs[high]) = (seqs[high], seqs[low]);
            (servers[low], servers[high]) = (servers[high], servers[low]);
        }

        return seqs.Count - start;
    }

    /// <summary>
    /// Adds to <paramref name="lowest"/> the ids above <paramref name="afterUserId"/> of users with a session, from one slice.
    /// </summary>
    /// <returns>The cursor of the next slice; 0 at the end.</returns>
    public int CollectAbove(long afterUserId, LowestIds lowest, int cursor)
    {
        lock (gate)
        {
            var (index, last) = SliceAt(cursor);
            while (index > last)
            {
                ref var session = ref users.Sessions[--index];
                if (session.UserId > afterUserId && session.IsLive)
                {
                    lowest.Add(session.UserId);
                }
            }

            return CursorAfter(index);
        }
    }

    /// <summary>Removes the users of one slice that have had no session for longer than the expiry time, with their highest seq.</summary>
    /// <returns>The cursor of the next slice; 0 at the end.</returns>
    public int Expire(int cursor)
    {
        var oldest = (time.GetUtcNow() - sessionExpiry).ToUnixTimeMilliseconds();
        lock (gate)
        {
            var (index, last) = SliceAt(cursor);
            while (index > last)
            {
                if (users.IsExpired(--index, oldest))
                {
                    users.Sessions.Remove(index);
                }
            }

            return CursorAfter(index);
        }
    }

    public int UserCount(long userId)
    {
        lock (gate)
        {
            return users.Count(userId);
        }
    }

    public int Count(Func<BucketCounts, int> count)
    {
        lock (gate)
        {
            return count(users.Counts);
        }
    }

    public void AddCounts(Func<BucketCounts, CountsById> counts, Dictionary<int, int> total)
    {
        lock (gate)
        {
            counts(users.Counts).AddTo(total);
        }
    }

    // The slice goes from the index below Above down to Last. Index 0 is not an entry.
    private (int Above, int Last) SliceAt(int cursor)
    {
        var above = Math.Min(cursor, users.Sessions.End);
        return (above, Math.Max(above - SliceSize, 1));
    }

    private static int CursorAfter(int lastVisited) => lastVisited > 1 ? lastVisited : 0;
}
