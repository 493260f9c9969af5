using Goim.Protocol;
using Google.Protobuf.Collections;

namespace Goim.Router.Memory;

/// <summary>Some of the users behind one lock, with the counts of their sessions.</summary>
/// <remarks>goim router/bucket.go and session.go, with its defects mended: see each method.</remarks>
internal sealed class Bucket(TimeProvider time, TimeSpan sessionExpiry)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, User> users = [];
    private readonly Counter rooms = new();
    private readonly Counter servers = new();

    // Users that became empty, each once; one that has come and left again goes to the end of the line when its turn comes.
    private readonly Queue<(long UserId, long EmptySinceUnixMs)> emptied = new();

    private int count;

    /// <summary>Adds a session, or with <paramref name="seq"/> above 0 restores that one.</summary>
    /// <returns>The session's seq; 0 if the user has none left to give.</returns>
    public int Put(long userId, int server, int roomId, int seq)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (gate)
        {
            if (!users.TryGetValue(userId, out var user))
            {
                users.Add(userId, user = new User());
            }

            if (seq == 0)
            {
                if (user.LastSeq == int.MaxValue)
                {
                    return 0;
                }

                seq = user.LastSeq + 1;
            }

            user.LastSeq = Math.Max(user.LastSeq, seq);
            var session = new Session(seq, server, roomId, now);
            var known = user.IndexOf(seq);
            if (known >= 0)
            {
                Uncount(user.Sessions[known]);
                user.Replace(known, session);
            }
            else
            {
                user.Add(session);
            }

            Count(session);
            return seq;
        }
    }

    /// <summary>Removes a session, if it was created at or before <paramref name="beforeUnixMs"/> (0: whenever).</summary>
    /// <returns>Whether it was there and is gone.</returns>
    // goim router/bucket.go Del counts down the room that the caller names; here the session knows its own.
    public bool Del(long userId, int seq, long beforeUnixMs)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (gate)
        {
            if (!users.TryGetValue(userId, out var user))
            {
                return false;
            }

            var index = user.IndexOf(seq);
            if (index < 0 || !IsWithin(user.Sessions[index], beforeUnixMs))
            {
                return false;
            }

            Remove(userId, user, index, now);
            return true;
        }
    }

    /// <summary>Removes the sessions of one server that were created at or before <paramref name="beforeUnixMs"/> (0: whenever).</summary>
    // goim router/bucket.go DelServer drops every session of each user seen on the server and leaves the counts as they were.
    public void DelServer(int server, long beforeUnixMs)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (gate)
        {
            if (servers[server] == 0)
            {
                return;
            }

            foreach (var (userId, user) in users)
            {
                for (var i = user.Sessions.Length - 1; i >= 0; i--)
                {
                    if (user.Sessions[i].Server == server && IsWithin(user.Sessions[i], beforeUnixMs))
                    {
                        Remove(userId, user, i, now);
                    }
                }
            }
        }
    }

    /// <summary>The user's sessions, by seq.</summary>
    public GetReply Get(long userId)
    {
        var reply = new GetReply();
        Get(userId, reply.Seqs, reply.Servers);
        return reply;
    }

    /// <summary>Adds the user's sessions to <paramref name="seqs"/> and <paramref name="servers"/>, by seq.</summary>
    /// <returns>How many they are.</returns>
    public int Get(long userId, RepeatedField<int> seqs, RepeatedField<int> servers)
    {
        lock (gate)
        {
            if (!users.TryGetValue(userId, out var user))
            {
                return 0;
            }

            foreach (ref readonly var session in user.Sessions)
            {
                seqs.Add(session.Seq);
                servers.Add(session.Server);
            }

            return user.Sessions.Length;
        }
    }

    /// <summary>Adds the users above <paramref name="afterUserId"/> that have a session to <paramref name="lowest"/>.</summary>
    public void CollectAbove(long afterUserId, LowestIds lowest)
    {
        lock (gate)
        {
            foreach (var (userId, user) in users)
            {
                if (userId > afterUserId && user.Sessions.Length > 0)
                {
                    lowest.Add(userId);
                }
            }
        }
    }

    public void AddRoomCounts(IDictionary<int, int> total)
    {
        lock (gate)
        {
            rooms.AddTo(total);
        }
    }

    public void AddServerCounts(IDictionary<int, int> total)
    {
        lock (gate)
        {
            servers.AddTo(total);
        }
    }

    public int RoomCount(int roomId)
    {
        lock (gate)
        {
            return rooms[roomId];
        }
    }

    public int UserCount(long userId)
    {
        lock (gate)
        {
            return users.TryGetValue(userId, out var user) ? user.Sessions.Length : 0;
        }
    }

    public int SessionCount()
    {
        lock (gate)
        {
            return count;
        }
    }

    /// <summary>Forgets the users that have had no session for longer than the expiry, and with them their sequence numbers.</summary>
    public void Expire()
    {
        var oldest = (time.GetUtcNow() - sessionExpiry).ToUnixTimeMilliseconds();
        lock (gate)
        {
            while (emptied.TryPeek(out var next) && next.EmptySinceUnixMs < oldest)
            {
                emptied.Dequeue();
                var user = users[next.UserId];
                user.InLine = false;
                if (user.Sessions.IsEmpty && user.EmptySinceUnixMs < oldest)
                {
                    users.Remove(next.UserId);
                }
                else if (user.Sessions.IsEmpty)
                {
                    Line(next.UserId, user);
                }
            }
        }
    }

    private static bool IsWithin(in Session session, long beforeUnixMs) => beforeUnixMs == 0 || session.CreatedUnixMs <= beforeUnixMs;

    private void Remove(long userId, User user, int index, long now)
    {
        Uncount(user.Sessions[index]);
        user.RemoveAt(index, now);
        if (user.Sessions.IsEmpty && !user.InLine)
        {
            Line(userId, user);
        }
    }

    private void Line(long userId, User user)
    {
        user.InLine = true;
        emptied.Enqueue((userId, user.EmptySinceUnixMs));
    }

    private void Count(in Session session)
    {
        rooms.Add(session.RoomId);
        servers.Add(session.Server);
        count++;
    }

    private void Uncount(in Session session)
    {
        rooms.Remove(session.RoomId);
        servers.Remove(session.Server);
        count--;
    }
}
