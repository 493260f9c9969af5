using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Goim.Router.Memory;

/// <summary>The sessions of a bucket, found by user id. A user's are in one chain, the highest number first; their places never change.</summary>
/// <remarks>
/// Linear hashing: as many chains as sessions, and when one session more comes, one chain is split in two. So it takes no longer pause to
/// grow, and no memory to spare.
/// </remarks>
internal sealed class SessionTable
{
    /// <summary>Other chains in each process, so that nobody can choose ids that fall together; ids in a row stay in a row, and spread evenly.</summary>
    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private readonly Pages<Session> sessions = new();
    private readonly Pages<int> heads = new();
    private int chains;
    private int mask;
    private int free;

    public SessionTable()
    {
        // Place 0 stands for none.
        sessions.GrowTo(0);
        Split();
    }

    /// <summary>Places that have been used: 1 to below this.</summary>
    public int End { get; private set; } = 1;

    public ref Session this[int place] => ref sessions[place];

    /// <summary>The user's session of the highest number it ever had, gone or not; 0 for a user that is not known.</summary>
    public int First(long userId) => Following(heads[ChainOf(userId)], userId);

    /// <summary>The user's next lower one; 0 for none.</summary>
    public int Next(int place) => Following(sessions[place].Next, sessions[place].UserId);

    /// <summary>The user's session of that number, gone or not; 0 for none.</summary>
    public int Find(long userId, int number)
    {
        var place = First(userId);
        while (place != 0 && sessions[place].Number > number)
        {
            place = Next(place);
        }

        return place != 0 && sessions[place].Number == number ? place : 0;
    }

    /// <summary>Adds a session of a number that the user has none of.</summary>
    public void Add(Session session)
    {
        var place = Take();
        if (place > chains)
        {
            Split();
        }

        ref var link = ref heads[ChainOf(session.UserId)];
        while (link != 0 && (sessions[link].UserId != session.UserId || sessions[link].Number > session.Seq))
        {
            link = ref sessions[link].Next;
        }

        session.Next = link;
        sessions[place] = session;
        link = place;
    }

    /// <summary>Puts a session in place of one of the same user. The order must stay.</summary>
    public void Replace(int place, Session session)
    {
        session.Next = sessions[place].Next;
        sessions[place] = session;
    }

    /// <returns>How many sessions it had to pass.</returns>
    public int Remove(int place)
    {
        var passed = 0;
        ref var link = ref heads[ChainOf(sessions[place].UserId)];
        while (link != place)
        {
            link = ref sessions[link].Next;
            passed++;
        }

        link = sessions[place].Next;
        sessions[place] = new Session { Next = free };
        free = place;
        return passed;
    }

    private int Following(int place, long userId)
    {
        while (place != 0 && sessions[place].UserId != userId)
        {
            place = sessions[place].Next;
        }

        return place;
    }

    private int Take()
    {
        if (free == 0)
        {
            sessions.GrowTo(End);
            return End++;
        }

        var place = free;
        free = sessions[place].Next;
        return place;
    }

    private int ChainOf(long userId)
    {
        // Fibonacci hashing: its highest bits, which every bit of an id has a part in, become the lowest.
        var chain = (int)BinaryPrimitives.ReverseEndianness(((ulong)userId ^ Seed) * 0x9E37_79B9_7F4A_7C15) & mask;
        return chain < chains ? chain : chain & (mask >> 1);
    }

    // The next chain takes what belongs to it from the chain that it was a part of. The order of what is in them stays.
    private void Split()
    {
        var added = chains++;
        heads.GrowTo(added);
        mask = (int)BitOperations.RoundUpToPowerOf2((uint)chains) - 1;
        if (added == 0)
        {
            return;
        }

        var place = heads[added & (mask >> 1)];
        ref var kept = ref heads[added & (mask >> 1)];
        ref var moved = ref heads[added];
        while (place != 0)
        {
            ref var session = ref sessions[place];
            if (ChainOf(session.UserId) == added)
            {
                moved = place;
                moved = ref session.Next;
            }
            else
            {
                kept = place;
                kept = ref session.Next;
            }

            place = session.Next;
        }

        kept = 0;
        moved = 0;
    }
}
