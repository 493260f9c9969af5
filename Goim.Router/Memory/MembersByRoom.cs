using System.Runtime.InteropServices;
using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>
/// The sessions in each room of a bucket. A session in a room with others takes 8 to 11 bytes here, every other session none. A room
/// takes 20 bytes, with its count. Not thread-safe; the bucket holds the lock.
/// </summary>
/// <remarks>
/// A room with one session has it in its entry. A room with several has a list of blocks of two sessions, of which only the first may have
/// room for one more. A new block becomes the first. A session that is removed is replaced by the last one of the first block.
/// <see cref="Session.Place"/> says where a session is: 0 in no room, -r alone in the room with entry r, 2b or 2b + 1 in block b.
/// </remarks>
/// <param name="sessions">The sessions of the bucket.</param>
internal sealed class MembersByRoom(SessionTable sessions)
{
    /// <summary>The cursor of the first slice.</summary>
    public const int Start = -1;

    private readonly RoomTable rooms = new();
    private readonly RoomBlocks blocks = new();
    private int inNoRoom;

    /// <summary>Number of sessions in the room; for -1, in no room.</summary>
    public int this[int roomId] =>
        roomId == NoRoom.Id ? inNoRoom : rooms.Find(roomId) is var room and not 0 ? rooms[room].Count : 0;

    /// <summary>The room that a session is in; -1 for none.</summary>
    public int RoomOf(int session) => sessions[session].Place switch
    {
        0 => NoRoom.Id,
        < 0 and var place => rooms[-place].Id,
        var place => rooms[blocks[place >> 1].Room].Id,
    };

    /// <summary>Puts a session that is in no room, and not counted, into a room.</summary>
    /// <param name="session">Index of the session.</param>
    /// <param name="roomId">The room; -1 for none.</param>
    public void Add(int session, int roomId)
    {
        if (roomId == NoRoom.Id)
        {
            inNoRoom++;
            return;
        }

        var index = rooms.Find(roomId) is var found and not 0 ? found : rooms.Add(roomId);
        ref var room = ref rooms[index];
        if (room.Count == 0)
        {
            Set(room: index, session);
        }
        else if (room.Count == 1)
        {
            var only = room.First;
            room.First = blocks.Add(index, next: 0);
            Set(room.First, 0, only);
            Set(room.First, 1, session);
        }
        else if (room.Count % 2 == 0)
        {
            room.First = blocks.Add(index, next: room.First);
            Set(room.First, 0, session);
        }
        else
        {
            Set(room.First, 1, session);
        }

        room.Count++;
    }

    /// <summary>Takes a session out of its room, and out of the counts.</summary>
    public void Remove(int session)
    {
        var place = sessions[session].Place;
        sessions[session].Place = 0;
        if (place == 0)
        {
            inNoRoom--;
            return;
        }

        var index = place < 0 ? -place : blocks[place >> 1].Room;
        ref var room = ref rooms[index];
        if (room.Count == 1)
        {
            rooms.Remove(index);
            return;
        }

        var first = room.First;
        var isHalfFull = room.Count % 2 == 1;
        var last = isHalfFull ? blocks[first].First : blocks[first].Second;
        if (last != session)
        {
            Set(place >> 1, place & 1, last);
        }

        room.Count--;
        if (room.Count == 1)
        {
            Set(room: index, session: blocks[first].First);
            blocks.Free(first);
        }
        else if (isHalfFull)
        {
            room.First = blocks[first].Next;
            blocks.Free(first);
        }
        else
        {
            blocks[first].Second = 0;
        }
    }

    /// <summary>Tells a room that one of its sessions has got another index, with its <see cref="Session.Place"/>.</summary>
    public void SetIndex(int session)
    {
        var place = sessions[session].Place;
        if (place < 0)
        {
            Set(room: -place, session);
        }
        else if (place > 0)
        {
            Set(place >> 1, place & 1, session);
        }
    }

    /// <summary>Adds the number of sessions of each room to <paramref name="total"/>, and those in no room as room -1.</summary>
    public void AddTo(Dictionary<int, int> total)
    {
        rooms.AddTo(total);
        if (inNoRoom > 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(total, NoRoom.Id, out _) += inNoRoom;
        }
    }

    /// <summary>Reads a slice of a room's sessions. One that stays in the room until the last slice is in one of them at least.</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="cursor"><see cref="Start"/>, or the cursor of the slice.</param>
    /// <param name="members">Takes the sessions; 2 at least.</param>
    /// <param name="count">Number of sessions read.</param>
    /// <returns>The cursor of the next slice; 0 at the end.</returns>
    // The cursor is a block. Those before it have been read. If it is no longer the room's, they are all gone, since a list loses its first
    // block only. Then what has not been read is in the list as a whole.
    public int Read(int roomId, int cursor, Span<RoomMember> members, out int count)
    {
        count = 0;
        var room = rooms.Find(roomId);
        if (room == 0)
        {
            return 0;
        }

        if (rooms[room].Count == 1)
        {
            members[count++] = MemberOf(rooms[room].First);
            return 0;
        }

        var block = cursor > 0 && blocks[cursor].Room == room ? cursor : rooms[room].First;
        while (block != 0 && count + 1 < members.Length)
        {
            members[count++] = MemberOf(blocks[block].First);
            if (blocks[block].Second is var second and not 0)
            {
                members[count++] = MemberOf(second);
            }

            block = blocks[block].Next;
        }

        return block;
    }

    private RoomMember MemberOf(int session) => new(sessions[session].UserId, sessions[session].Seq, sessions[session].Server);

    private void Set(int room, int session)
    {
        rooms[room].First = session;
        sessions[session].Place = -room;
    }

    private void Set(int block, int slot, int session)
    {
        ref var first = ref blocks[block];
        (slot == 0 ? ref first.First : ref first.Second) = session;
        sessions[session].Place = (block * 2) + slot;
    }
}
