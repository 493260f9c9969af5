using System.Numerics;

namespace Goim.Router.Memory;

/// <summary>The hash chains of a <see cref="SessionTable"/>, linked by <see cref="Session.Next"/>.</summary>
/// <remarks>
/// Linear hashing: there are as many chains as entries, and each added entry splits one chain in two. So growing causes no long pause and
/// needs no spare memory.
/// </remarks>
internal sealed class SessionChains
{
    private readonly Pages<Session> sessions;
    private readonly Pages<int> chains = new();
    private int count;
    private int mask;

    public SessionChains(Pages<Session> sessions)
    {
        this.sessions = sessions;
        AddChain();
    }

    /// <summary>The first entry of the chain of a user's head (seq 0) or of another session; 0 for an empty chain.</summary>
    public int First(long userId, int seq) => chains[ChainOf(userId, seq)];

    /// <summary>Adds an entry to its chain.</summary>
    public void Add(int index)
    {
        if (index > count)
        {
            AddChain();
        }

        ref var first = ref chains[ChainOf(sessions[index])];
        sessions[index].Next = first;
        first = index;
    }

    /// <summary>The reference to an entry in its chain.</summary>
    public ref int LinkTo(int index)
    {
        ref var link = ref chains[ChainOf(sessions[index])];
        while (link != index)
        {
            link = ref sessions[link].Next;
        }

        return ref link;
    }

    private int ChainOf(in Session session) => ChainOf(session.UserId, session.IsHead ? 0 : session.Seq);

    private int ChainOf(long userId, int seq)
    {
        var chain = (seq == 0 ? SessionHash.OfHead(userId) : SessionHash.Of(userId, seq)) & mask;
        return chain < count ? chain : chain & (mask >> 1);
    }

    // Moves the entries of an existing chain that now hash to the added one. Both chains keep their order.
    private void AddChain()
    {
        var added = count++;
        chains.GrowTo(added);
        mask = (int)BitOperations.RoundUpToPowerOf2((uint)count) - 1;
        if (added == 0)
        {
            return;
        }

        var index = chains[added & (mask >> 1)];
        ref var stayingLink = ref chains[added & (mask >> 1)];
        ref var movedLink = ref chains[added];
        while (index != 0)
        {
            ref var session = ref sessions[index];
            if (ChainOf(session) == added)
            {
                movedLink = index;
                movedLink = ref session.Next;
            }
            else
            {
                stayingLink = index;
                stayingLink = ref session.Next;
            }

            index = session.Next;
        }

        stayingLink = 0;
        movedLink = 0;
    }
}
