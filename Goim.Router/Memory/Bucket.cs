using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>The sessions of some of the node's users, behind one lock.</summary>
/// <remarks>
/// goim router/bucket.go and session.go; the methods name where they differ. A method that visits all sessions takes a cursor, visits one
/// slice of the table from there downwards, and returns the cursor of the next slice, or 0 at the end. The lock is released between slices.
/// </remarks>
/// <param name="clock">The clock of all times.</param>
/// <param name="options">The node's settings.</param>
/// <param name="maxRequests">Maximum number of request ids to remember.</param>
internal sealed class Bucket(MonotonicClock clock, RouterNodeOptions options, int maxRequests)
{
    private readonly Lock gate = new();
    private readonly Users users = new(clock, options.MaxSessionsPerUser);
    private readonly PutHistory history = new(clock, maxRequests);
    private readonly long sessionExpiry = clock.Ticks(options.SessionExpiry);

    /// <summary>Reads the sessions of its users.</summary>
    public BucketLookup Lookup => new(gate, users);

    /// <summary>The bucket of a user, of so many.</summary>
    public static int IndexOf(long userId, int buckets) => (int)((ulong)userId % (ulong)buckets);

    /// <summary>Adds or restores a session (<see cref="ISessions.PutAsync"/>).</summary>
    public PutResult Put(PutArg put)
    {
        var session = Session.Of(put, clock.Now);
        lock (gate)
        {
            return !put.RequestId.IsEmpty ? history.Put(users, session, put)
                : put.Seq > 0 ? history.Restore(users, session, put.RoomId)
                : users.Put(session, put.RoomId, put.MinSeq);
        }
    }

    /// <summary>Begins or ends a change of room (<see cref="ISessions.ChangeRoomAsync"/>).</summary>
    public ChangeRoomReply ChangeRoom(ChangeRoomArg change)
    {
        var now = clock.Now;
        lock (gate)
        {
            return users.ChangeRoom(change, now);
        }
    }

    /// <summary>Deletes a session, if it was created at or before <paramref name="fence"/>.</summary>
    /// <returns>True if the session existed and was deleted.</returns>
    // goim router/bucket.go Del decrements the count of the room that the caller names. Here the session has its room.
    public bool Del(long userId, int seq, long fence)
    {
        var now = clock.Now;
        lock (gate)
        {
            var index = users.Find(userId, seq);
            if (index == 0 || users.Sessions[index].Created > fence)
            {
                return false;
            }

            users.Del(index, now);
            return true;
        }
    }

    /// <summary>Deletes the session of the put with this request id, and refuses puts with the id for a minute.</summary>
    /// <returns>True if the session existed and was deleted.</returns>
    public bool DelRequest(long userId, ReadOnlySpan<byte> requestId)
    {
        var now = clock.Now;
        lock (gate)
        {
            return history.Del(users, RequestKey.OfRequest(userId, requestId), now);
        }
    }

    /// <summary>Deletes the sessions of one comet server that were created at or before <paramref name="fence"/>, in one slice.</summary>
    /// <returns>The cursor of the next slice; 0 at the end; the same one if a session is found and <paramref name="mayDelete"/> is
    /// false.</returns>
    // goim router/bucket.go DelServer deletes all sessions of each user that has one on the server, and does not change the counts.
    public int DelServer(int server, long fence, bool mayDelete, int cursor, out bool isFound)
    {
        isFound = false;
        var now = clock.Now;
        lock (gate)
        {
            if (users.Counts.Servers[server] == 0)
            {
                return 0;
            }

            var (index, last) = Slice.At(cursor, users.Sessions.End);
            while (index > last)
            {
                ref var session = ref users.Sessions[--index];
                if (session.IsLive && session.Server == server && session.Created <= fence)
                {
                    isFound = true;
                    if (!mayDelete)
                    {
                        return cursor;
                    }

                    users.Del(index, now);
                }
            }

            return Slice.CursorAfter(index);
        }
    }

    /// <summary>
    /// Adds to <paramref name="lowest"/> the ids above <paramref name="afterUserId"/> of users with a session, from one slice.
    /// </summary>
    /// <returns>The cursor of the next slice; 0 at the end.</returns>
    public int CollectAbove(long afterUserId, LowestIds lowest, int cursor)
    {
        lock (gate)
        {
            var (index, last) = Slice.At(cursor, users.Sessions.End);
            while (index > last)
            {
                ref var session = ref users.Sessions[--index];
                if (session.UserId > afterUserId && session.IsLive)
                {
                    lowest.Add(session.UserId);
                }
            }

            return Slice.CursorAfter(index);
        }
    }

    /// <summary>
    /// Removes the users of one slice that have had no session for longer than the expiry time, with their last seq; and forgets puts.
    /// </summary>
    /// <returns>The cursor of the next slice; 0 at the end.</returns>
    public int Expire(int cursor)
    {
        var now = clock.Now;
        lock (gate)
        {
            var (index, last) = Slice.At(cursor, users.Sessions.End);
            while (index > last)
            {
                if (users.IsExpired(--index, now - sessionExpiry))
                {
                    users.Sessions.RemoveHead(index);
                }
            }

            // The cursor 1 is a slice without entries.
            return history.Expire(now, Slice.Size) ? index : Slice.CursorAfter(index);
        }
    }

    /// <summary>Reads a slice of the sessions in a room (<see cref="MembersByRoom.Read"/>).</summary>
    /// <returns>The cursor of the next slice; 0 at the end.</returns>
    public int ReadRoom(int roomId, int cursor, Span<RoomMember> members, out int count)
    {
        lock (gate)
        {
            return users.Rooms.Read(roomId, cursor, members, out count);
        }
    }

    public int UserCount(long userId) => Count(users => users.Count(userId));

    /// <summary>Whether the user has a session or a tombstone.</summary>
    public bool Knows(long userId) => Count(users => users.Sessions.FindHead(userId)) != 0;

    public int Count(Func<Users, int> count)
    {
        lock (gate)
        {
            return count(users);
        }
    }

    public void AddCounts(Action<Users, Dictionary<int, int>> add, Dictionary<int, int> total)
    {
        lock (gate)
        {
            add(users, total);
        }
    }
}
