using System.Runtime.InteropServices;
using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>An entry of a <see cref="RoomTable"/>, 16 bytes: a room with a session in the bucket, or a free entry.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Room : IChained<Room>
{
    /// <summary>Id of the room.</summary>
    public int Id;

    /// <summary>Number of its sessions in the bucket; 0 for a free entry.</summary>
    public int Count;

    /// <summary>Of one session: its index. Of several: the first block of <see cref="MembersByRoom"/>.</summary>
    public int First;

    /// <summary>Index of the next entry in the chain, or of the next free entry; 0 at the end.</summary>
    public int Next;

    public static ref int NextOf(ref Room entry) => ref entry.Next;

    public static int HashOf(in Room entry) => SeededHash.Of(entry.Id);
}
