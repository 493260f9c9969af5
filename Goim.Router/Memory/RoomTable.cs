using System.Runtime.InteropServices;
using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>A hash table of the rooms that have a session in the bucket. An entry keeps its index for life; index 0 means none.</summary>
internal sealed class RoomTable
{
    private readonly Pages<Room> rooms = new();
    private readonly Chains<Room> chains;
    private int end = 1;
    private int firstFree;

    public RoomTable()
    {
        // Index 0 is never used for an entry.
        rooms.GrowTo(0);
        chains = new Chains<Room>(rooms);
    }

    public ref Room this[int index] => ref rooms[index];

    /// <summary>The room's entry; 0 for none.</summary>
    public int Find(int roomId)
    {
        var index = chains.First(SeededHash.Of(roomId));
        while (index != 0 && rooms[index].Id != roomId)
        {
            index = rooms[index].Next;
        }

        return index;
    }

    /// <summary>Adds a room that is not in the table. Its entry has no session yet.</summary>
    /// <returns>The index of its entry.</returns>
    public int Add(int roomId)
    {
        var index = firstFree;
        if (index == 0)
        {
            index = end++;
            rooms.GrowTo(index);
        }
        else
        {
            firstFree = rooms[index].Next;
        }

        rooms[index] = new Room { Id = roomId };
        chains.Add(index);
        return index;
    }

    /// <summary>Removes a room. Its index becomes free.</summary>
    public void Remove(int index)
    {
        chains.LinkTo(index) = rooms[index].Next;
        rooms[index] = new Room { Next = firstFree };
        firstFree = index;
    }

    /// <summary>Adds the number of sessions of each room to <paramref name="total"/>.</summary>
    public void AddTo(Dictionary<int, int> total)
    {
        for (var index = 1; index < end; index++)
        {
            if (rooms[index].Count > 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(total, rooms[index].Id, out _) += rooms[index].Count;
            }
        }
    }
}
