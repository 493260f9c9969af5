namespace Goim.Router.Memory;

/// <summary>
/// A hash table of the sessions of a bucket, and the list of each user's sessions. An entry keeps its index for life; index 0 means none.
/// </summary>
/// <remarks>
/// A head is in the chain of its user id, every other session in the chain of its user id and seq. So a user with many sessions does not
/// lengthen the chains of others, and each method takes the same time for such a user as for any other.
/// </remarks>
internal sealed class SessionTable
{
    private readonly Pages<Session> sessions = new();
    private readonly Chains<Session> chains;
    private int firstFree;

    public SessionTable()
    {
        // Index 0 is never used for an entry.
        sessions.GrowTo(0);
        chains = new Chains<Session>(sessions);
    }

    /// <summary>One above the highest index that has been used. Entries are at 1 to End - 1.</summary>
    public int End { get; private set; } = 1;

    public ref Session this[int index] => ref sessions[index];

    /// <summary>The session or tombstone with the seq that the user was given last; 0 for an unknown user.</summary>
    public int FindHead(long userId)
    {
        var index = chains.First(SessionHash.OfHead(userId));
        while (index != 0 && (sessions[index].UserId != userId || !sessions[index].IsHead))
        {
            index = sessions[index].Next;
        }

        return index;
    }

    /// <summary>The first entry of the chain that the user's head is in; 0 for an empty chain.</summary>
    public int FirstInChain(long userId) => chains.First(SessionHash.OfHead(userId));

    /// <summary>The user's session or tombstone with this seq; 0 for none.</summary>
    /// <param name="head">The user's head, or 0.</param>
    /// <param name="seq">The seq.</param>
    public int Find(int head, int seq)
    {
        if (head == 0 || sessions[head].Number == seq)
        {
            return head;
        }

        if (sessions[head].Older == 0)
        {
            return 0;
        }

        var userId = sessions[head].UserId;
        var index = chains.First(SessionHash.Of(userId, seq));
        while (index != 0 && (sessions[index].Seq != seq || sessions[index].UserId != userId))
        {
            index = sessions[index].Next;
        }

        return index;
    }

    /// <summary>
    /// The seq after the head's, and above <paramref name="minSeq"/>, that is not in use. After the highest seq comes 1.
    /// </summary>
    public int NextSeq(int head, int minSeq)
    {
        if (head == 0)
        {
            return SeqAfter(minSeq);
        }

        var seq = SeqAfter(Math.Max(sessions[head].Number, minSeq));
        while ((sessions[head].HasWrapped || seq < sessions[head].Number) && Find(head, seq) != 0)
        {
            seq = SeqAfter(seq);
        }

        return seq;
    }

    /// <summary>Adds a session as its user's head. It takes the entry of a tombstone; another head stays as an ordinary session.</summary>
    /// <param name="head">The user's head so far; 0 for an unknown user.</param>
    /// <param name="session">The session. A seq below the head's means that the user's seqs have started again.</param>
    /// <returns>The session's index.</returns>
    public int AddHead(int head, Session session)
    {
        int index;
        if (head == 0)
        {
            session.SetHead(1, hasWrapped: false);
            index = Insert(session);
            chains.Add(index);
            return index;
        }

        ref var old = ref sessions[head];
        session.SetHead(old.LiveCount + 1, old.LiveCount > 0 && (old.HasWrapped || session.Seq < old.Number));
        if (!old.IsLive)
        {
            (session.Next, session.Older) = (old.Next, old.Older);
            old = session;
            return head;
        }

        session.Older = head;
        chains.LinkTo(head) = old.Next;
        index = Insert(session);
        old.Newer = index;
        chains.Add(index);
        chains.Add(head);
        return index;
    }

    /// <summary>Adds a session of the user of this head, which stays the head. The user must not have a session with the seq.</summary>
    /// <returns>The session's index.</returns>
    public int AddBehind(int head, Session session)
    {
        (session.Newer, session.Older) = (head, sessions[head].Older);
        var index = Insert(session);
        if (session.Older != 0)
        {
            sessions[session.Older].Newer = index;
        }

        ref var first = ref sessions[head];
        first.Older = index;
        first.SetHead(first.LiveCount + 1, first.HasWrapped);
        chains.Add(index);
        return index;
    }

    /// <summary>Overwrites an entry with a session of the same user and seq, in the same room.</summary>
    public void Replace(int index, Session session)
    {
        ref var old = ref sessions[index];
        (session.Next, session.Newer, session.Older, session.Place) = (old.Next, old.Newer, old.Older, old.Place);
        old = session;
    }

    /// <summary>Removes a session that is not the head. Its index becomes free.</summary>
    /// <param name="head">The user's head.</param>
    /// <param name="index">The session.</param>
    public void RemoveBehind(int head, int index)
    {
        var (newer, older) = (sessions[index].Newer, sessions[index].Older);
        sessions[newer].Older = older;
        if (older != 0)
        {
            sessions[older].Newer = newer;
        }

        sessions[head].SetHead(sessions[head].LiveCount - 1, sessions[head].HasWrapped);
        Free(index);
    }

    /// <summary>Removes the head of a user who has no other session. Its index becomes free.</summary>
    public void RemoveHead(int head) => Free(head);

    private static int SeqAfter(int seq) => seq == int.MaxValue ? 1 : seq + 1;

    private int Insert(Session session)
    {
        var index = firstFree;
        if (index == 0)
        {
            index = End++;
            sessions.GrowTo(index);
        }
        else
        {
            firstFree = sessions[index].Next;
        }

        sessions[index] = session;
        return index;
    }

    private void Free(int index)
    {
        chains.LinkTo(index) = sessions[index].Next;
        sessions[index] = new Session { Next = firstFree };
        firstFree = index;
    }
}
