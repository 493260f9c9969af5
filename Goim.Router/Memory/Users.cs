using Goim.Protocol;
using Google.Protobuf.Collections;

namespace Goim.Router.Memory;

/// <summary>The users of a bucket: their sessions and the counts, changed together. Not thread-safe; the bucket holds the lock.</summary>
internal sealed class Users
{
    private readonly int maxSessions;
    private readonly UnfinishedChanges changes;

    /// <param name="clock">The clock of all times.</param>
    /// <param name="maxSessions">Maximum number of sessions of a user; 0 for no limit.</param>
    public Users(MonotonicClock clock, int maxSessions)
    {
        this.maxSessions = maxSessions;
        changes = new UnfinishedChanges(clock);
        Rooms = new MembersByRoom(Sessions);
    }

    public SessionTable Sessions { get; } = new();

    public BucketCounts Counts { get; } = new();

    public MembersByRoom Rooms { get; }

    /// <summary>Adds a session with the user's next seq, unless the user has the maximum number of sessions.</summary>
    public PutResult Put(Session session, int roomId, int minSeq)
    {
        var head = Sessions.FindHead(session.UserId);
        if (maxSessions > 0 && head != 0 && Sessions[head].LiveCount >= maxSessions)
        {
            return PutRefusal.TooManySessions;
        }

        return PutNext(head, session, roomId, minSeq);
    }

    /// <summary>
    /// Restores the session with this seq. If it is there, it stays in the room that it is in. If another server's session has the seq,
    /// adds one with the next seq.
    /// </summary>
    /// <returns>The session's seq.</returns>
    public int Restore(Session session, int roomId)
    {
        var head = Sessions.FindHead(session.UserId);
        var index = Sessions.Find(head, session.Seq);
        if (index == 0 || !Sessions[index].IsLive)
        {
            Counts.Add(session, HasNoSession(head));
            Rooms.Add(Add(head, session), roomId);
        }
        else if (Sessions[index].Server != session.Server)
        {
            return PutNext(head, session, roomId, minSeq: 0);
        }
        else if (session.Seq > Sessions[head].Number)
        {
            // The seqs have started again at 1. From here on, they continue above this one.
            session.Place = Sessions[index].Place;
            Sessions.RemoveBehind(head, index);
            Rooms.SetIndex(Add(head, session));
        }
        else
        {
            Sessions.Replace(index, session);
        }

        return session.Seq;
    }

    /// <summary>Begins or ends a change of room (router.proto MChangeRoom).</summary>
    public ChangeRoomReply ChangeRoom(ChangeRoomArg change, long now) => changes.Make(this, change, now);

    /// <summary>The user's session with this seq; 0 for none.</summary>
    public int Find(long userId, int seq)
    {
        var index = Sessions.Find(Sessions.FindHead(userId), seq);
        return index != 0 && Sessions[index].IsLive ? index : 0;
    }

    /// <summary>The user's session with this folded request id; 0 for none.</summary>
    public int FindRequest(long userId, long request)
    {
        var index = Sessions.FindHead(userId);
        while (index != 0 && !(Sessions[index].IsLive && Sessions[index].Request == request))
        {
            index = Sessions[index].Older;
        }

        return index;
    }

    /// <summary>Deletes a session. A head becomes a tombstone.</summary>
    public void Del(int index, long now)
    {
        ref var session = ref Sessions[index];
        Rooms.Remove(index);
        changes.Forget(session.UserId, session.Seq);
        if (session.IsHead)
        {
            Counts.Remove(session, isLast: session.LiveCount == 1);
            session.Seq = -session.Seq;
            session.SetHead(session.LiveCount - 1, session.HasWrapped);
            session.Created = now;
            return;
        }

        var head = Sessions.FindHead(session.UserId);
        Counts.Remove(session, isLast: Sessions[head].LiveCount == 1);
        Sessions.RemoveBehind(head, index);
        if (!Sessions[head].IsLive)
        {
            Sessions[head].Created = now;
        }
    }

    /// <summary>Whether the entry is the tombstone of a user whose last session was deleted before <paramref name="oldest"/>.</summary>
    public bool IsExpired(int index, long oldest)
    {
        ref var session = ref Sessions[index];
        return session.Seq < 0 && session.LiveCount == 0 && session.Created < oldest;
    }

    /// <summary>
    /// Appends the sessions of the user with this head (0 for an unknown user) to both lists, the latest first, unless there are more than
    /// <paramref name="max"/>.
    /// </summary>
    /// <returns>The number of sessions.</returns>
    public int Get(int head, RepeatedField<int> seqs, RepeatedField<int> servers, int max)
    {
        var count = head == 0 ? 0 : Sessions[head].LiveCount;
        for (var index = count > max ? 0 : head; index != 0; index = Sessions[index].Older)
        {
            ref var session = ref Sessions[index];
            if (session.IsLive)
            {
                seqs.Add(session.Seq);
                servers.Add(session.Server);
            }
        }

        return count;
    }

    public int Count(long userId) => Sessions.FindHead(userId) is var head and not 0 ? Sessions[head].LiveCount : 0;

    private int PutNext(int head, Session session, int roomId, int minSeq)
    {
        session.Seq = Sessions.NextSeq(head, minSeq);
        Counts.Add(session, HasNoSession(head));
        Rooms.Add(Sessions.AddHead(head, session), roomId);
        return session.Seq;
    }

    private bool HasNoSession(int head) => head == 0 || Sessions[head].LiveCount == 0;

    private int Add(int head, Session session) => head == 0 || session.Seq >= Sessions[head].Number
        ? Sessions.AddHead(head, session)
        : Sessions.AddBehind(head, session);
}
