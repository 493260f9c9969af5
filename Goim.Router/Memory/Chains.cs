using System.Numerics;

namespace Goim.Router.Memory;

/// <summary>An entry of a hash table whose entries are linked in <see cref="Chains{T}"/>.</summary>
internal interface IChained<TSelf>
    where TSelf : struct
{
    /// <summary>Index of the next entry in the chain; 0 at the end.</summary>
    static abstract ref int NextOf(ref TSelf entry);

    /// <summary>The hash of the entry's key.</summary>
    static abstract int HashOf(in TSelf entry);
}

/// <summary>The hash chains of a table. An entry keeps its index; index 0 means none.</summary>
/// <remarks>
/// Linear hashing: there are as many chains as entries, and each added entry splits one chain in two. So growing causes no long pause and
/// needs no spare memory.
/// </remarks>
internal sealed class Chains<T>
    where T : struct, IChained<T>
{
    private readonly Pages<T> entries;
    private readonly Pages<int> chains = new();
    private int count;
    private int mask;

    public Chains(Pages<T> entries)
    {
        this.entries = entries;
        AddChain();
    }

    /// <summary>The first entry of the chain of a hash; 0 for an empty chain.</summary>
    public int First(int hash) => chains[ChainOf(hash)];

    /// <summary>Adds an entry to its chain.</summary>
    public void Add(int index)
    {
        if (index > count)
        {
            AddChain();
        }

        ref var first = ref chains[ChainOf(T.HashOf(entries[index]))];
        T.NextOf(ref entries[index]) = first;
        first = index;
    }

    /// <summary>The reference to an entry in its chain.</summary>
    public ref int LinkTo(int index)
    {
        ref var link = ref chains[ChainOf(T.HashOf(entries[index]))];
        while (link != index)
        {
            link = ref T.NextOf(ref entries[link]);
        }

        return ref link;
    }

    private int ChainOf(int hash)
    {
        var chain = hash & mask;
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
            ref var next = ref T.NextOf(ref entries[index]);
            if (ChainOf(T.HashOf(entries[index])) == added)
            {
                movedLink = index;
                movedLink = ref next;
            }
            else
            {
                stayingLink = index;
                stayingLink = ref next;
            }

            index = next;
        }

        stayingLink = 0;
        movedLink = 0;
    }
}
