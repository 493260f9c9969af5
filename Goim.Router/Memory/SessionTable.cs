using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Goim.Router.Memory;

/// <summary>A hash table of the sessions of a bucket, by user id. An entry keeps its index for life; index 0 means none.</summary>
/// <remarks>
/// Linear hashing with chaining: there are as many chains as entries, and each added entry splits one chain in two. So growing causes no
/// long pause and needs no spare memory. All entries of a user are in one chain, in descending order of seq.
/// </remarks>
internal sealed class SessionTable
{
    /// <summary>
    /// Hash seed, random for each process, so that callers cannot choose ids that fall into one chain. Consecutive ids still spread evenly.
    /// </summary>
    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private readonly Pages<Session> sessions = new();
    private readonly Pages<int> heads = new();
    private int chainCount;
    private int mask;
    private int firstFree;

    public SessionTable()
    {
        // Index 0 is never used for an entry.
        sessions.GrowTo(0);
        AddChain();
    }

    /// <summary>One above the highest index that has been used. Entries are at 1 to End - 1.</summary>
    public int End { get; private set; } = 1;

    public ref Session this[int index] => ref sessions[index];

    /// <summary>The session or tombstone with the highest seq of the user; 0 for an unknown user.</summary>
    public int FindHighest(long userId) => SkipToUser(heads[ChainOf(userId)], userId);

    /// <summary>The same user's entry with the next lower seq; 0 for none.</summary>
    public int FindNextLower(int index) => SkipToUser(sessions[index].Next, sessions[index].UserId);

    /// <summary>The user's session or tombstone with this seq; 0 for none.</summary>
    public int Find(long userId, int seq)
    {
        var index = FindHighest(userId);
        while (index != 0 && sessions[index].Number > seq)
        {
            index = FindNextLower(index);
        }

        return index != 0 && sessions[index].Number == seq ? index : 0;
    }

    /// <summary>Adds a session. The user must not have an entry with the same seq.</summary>
    public void Add(Session session)
    {
        var index = TakeIndex();
        if (index > chainCount)
        {
            AddChain();
        }

        ref var link = ref heads[ChainOf(session.UserId)];
        while (link != 0 && (sessions[link].UserId != session.UserId || sessions[link].Number > session.Seq))
        {
            link = ref sessions[link].Next;
        }

        session.Next = link;
        sessions[index] = session;
        link = index;
    }

    /// <summary>Overwrites an entry with a session of the same user. The new seq must keep the chain's order.</summary>
    public void Replace(int index, Session session)
    {
        session.Next = sessions[index].Next;
        sessions[index] = session;
    }

    /// <summary>Removes an entry; its index becomes free.</summary>
    /// <returns>The number of entries before it in its chain.</returns>
    public int Remove(int index)
    {
        var steps = 0;
        ref var link = ref heads[ChainOf(sessions[index].UserId)];
        while (link != index)
        {
            link = ref sessions[link].Next;
            steps++;
        }

        link = sessions[index].Next;
        sessions[index] = new Session { Next = firstFree };
        firstFree = index;
        return steps;
    }

    // The first entry of the user in the chain, from index on; 0 for none.
    private int SkipToUser(int index, long userId)
    {
        while (index != 0 && sessions[index].UserId != userId)
        {
            index = sessions[index].Next;
        }

        return index;
    }

    private int TakeIndex()
    {
        if (firstFree == 0)
        {
            sessions.GrowTo(End);
            return End++;
        }

        var index = firstFree;
        firstFree = sessions[index].Next;
        return index;
    }

    private int ChainOf(long userId)
    {
        // Fibonacci hashing. Every bit of the id affects the highest bits of the product; reversing the bytes makes them the lowest.
        var chain = (int)BinaryPrimitives.ReverseEndianness(((ulong)userId ^ Seed) * 0x9E37_79B9_7F4A_7C15) & mask;
        return chain < chainCount ? chain : chain & (mask >> 1);
    }

    // Adds one chain, and moves into it the entries of an existing chain that now hash to it. Both chains keep their order.
    private void AddChain()
    {
        var added = chainCount++;
        heads.GrowTo(added);
        mask = (int)BitOperations.RoundUpToPowerOf2((uint)chainCount) - 1;
        if (added == 0)
        {
            return;
        }

        var index = heads[added & (mask >> 1)];
        ref var stayingLink = ref heads[added & (mask >> 1)];
        ref var movedLink = ref heads[added];
        while (index != 0)
        {
            ref var session = ref sessions[index];
            if (ChainOf(session.UserId) == added)
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
