using Google.Protobuf.Collections;

namespace Goim.Router.Memory;

/// <summary>Some of the users behind one lock.</summary>
/// <remarks>
/// goim router/bucket.go and session.go, with its defects mended: see each method. What has to look at all sessions looks at a slice of
/// them, the latest first, and returns where it has come to, 0 at the end, so that others have the lock in between.
/// </remarks>
internal sealed class Bucket(TimeProvider time, TimeSpan sessionExpiry)
{
    /// <summary>Where the first slice begins.</summary>
    public const int Start = int.MaxValue;

    /// <summary>Sessions in a slice: a fifth of a millisecond if all of them are deleted.</summary>
    private const int Slice = 1_024;

    /// <summary>Sessions of its users that a deletion's slice may pass, to the same end: a user may have thousands.</summary>
    private const int Passed = 64 * Slice;

    private readonly Lock gate = new();
    private readonly Users users = new();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Adds a session, or with <paramref name="seq"/> above 0 restores that one.</summary>
    /// <returns>The session's seq; 0 if the user has none left to give.</returns>
    public int Put(long userId, int server, int roomId, int seq)
    {
        var session = new Session { UserId = userId, Seq = seq, Server = server, RoomId = roomId, UnixMs = Now };
        lock (gate)
        {
            return users.Put(session);
        }
    }

    /// <summary>Removes a session, if it was created at or before <paramref name="beforeUnixMs"/> (0: whenever).</summary>
    /// <returns>Whether it was there and is gone.</returns>
    // goim router/bucket.go Del counts down the room that the caller names; here the session knows its own.
    public bool Del(long userId, int seq, long beforeUnixMs)
    {
        var now = Now;
        lock (gate)
        {
            var place = users.Sessions.Find(userId, seq);
            if (place == 0 || !users.Sessions[place].IsThere || !users.Sessions[place].IsWithin(beforeUnixMs))
            {
                return false;
            }

            users.Del(place, now);
            return true;
        }
    }

    /// <summary>Removes the sessions of one server that were created at or before <paramref name="beforeUnixMs"/> (0: whenever).</summary>
    // goim router/bucket.go DelServer drops every session of each user seen on the server and leaves the counts as they were.
    public int DelServer(int server, long beforeUnixMs, int from)
    {
        var now = Now;
        lock (gate)
        {
            if (users.Counts.Servers[server] == 0)
            {
                return 0;
            }

            // A user's later sessions stand before its earlier ones, so that the one to go is near the front.
            var (place, last, passed) = Of(from);
            while (place > last && passed < Passed)
            {
                ref var session = ref users.Sessions[--place];
                if (session.IsThere && session.Server == server && session.IsWithin(beforeUnixMs))
                {
                    passed += users.Del(place, now);
                }
            }

            return After(place);
        }
    }

    /// <summary>Adds the user's sessions to <paramref name="seqs"/> and <paramref name="servers"/>, by seq.</summary>
    /// <returns>How many they are.</returns>
    public int Get(long userId, RepeatedField<int> seqs, RepeatedField<int> servers)
    {
        var from = seqs.Count;
        lock (gate)
        {
            users.Get(userId, seqs, servers);
        }

        for (var (low, high) = (from, seqs.Count - 1); low < high; low++, high--)
        {
            (seqs[low], seqs[high]) = (seqs[high], seqs[low]);
            (servers[low], servers[high]) = (servers[high], servers[low]);
        }

        return seqs.Count - from;
    }

    /// <summary>Adds the users above <paramref name="afterUserId"/> that have a session to <paramref name="lowest"/>.</summary>
    public int CollectAbove(long afterUserId, LowestIds lowest, int from)
    {
        lock (gate)
        {
            var (place, last, _) = Of(from);
            while (place > last)
            {
                ref var session = ref users.Sessions[--place];
                if (session.UserId > afterUserId && session.IsThere)
                {
                    lowest.Add(session.UserId);
                }
            }

            return After(place);
        }
    }

    /// <summary>Forgets the users that have had no session for longer than the expiry, and with them their sequence numbers.</summary>
    public int Expire(int from)
    {
        var oldest = (time.GetUtcNow() - sessionExpiry).ToUnixTimeMilliseconds();
        lock (gate)
        {
            var (place, last, _) = Of(from);
            while (place > last)
            {
                if (users.IsExpired(--place, oldest))
                {
                    users.Sessions.Remove(place);
                }
            }

            return After(place);
        }
    }

    public int UserCount(long userId)
    {
        lock (gate)
        {
            return users.Count(userId);
        }
    }

    public int Count(Func<SessionCounts, int> count)
    {
        lock (gate)
        {
            return count(users.Counts);
        }
    }

    public void AddCounts(Func<SessionCounts, Counter> counter, Dictionary<int, int> total)
    {
        lock (gate)
        {
            counter(users.Counts).AddTo(total);
        }
    }

    // The place above the slice, its last one, and what has been passed.
    private (int Above, int Last, int Passed) Of(int from)
    {
        var above = Math.Min(from, users.Sessions.End);
        return (above, Math.Max(above - Slice, 1), 0);
    }

    private static int After(int last) => last > 1 ? last : 0;
}
