using System.Runtime.InteropServices;

namespace Goim.Router.Memory;

/// <summary>Two sessions of a room, or a free block: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RoomBlock
{
    /// <summary>Index of the room's entry; 0 for a free block.</summary>
    public int Room;

    /// <summary>The next block of the room, or the next free block; 0 at the end.</summary>
    public int Next;

    /// <summary>Index of a session; 0 for none.</summary>
    public int First;

    /// <summary>Index of another session; 0 for none.</summary>
    public int Second;
}

/// <summary>The blocks of all rooms of a bucket. Block 0 means none.</summary>
internal sealed class RoomBlocks
{
    private readonly Pages<RoomBlock> blocks = new();
    private int end = 1;
    private int firstFree;

    public RoomBlocks() => blocks.GrowTo(0);

    public ref RoomBlock this[int block] => ref blocks[block];

    /// <summary>Adds a block without sessions.</summary>
    public int Add(int room, int next)
    {
        var block = firstFree;
        if (block == 0)
        {
            block = end++;
            blocks.GrowTo(block);
        }
        else
        {
            firstFree = blocks[block].Next;
        }

        blocks[block] = new RoomBlock { Room = room, Next = next };
        return block;
    }

    public void Free(int block)
    {
        blocks[block] = new RoomBlock { Next = firstFree };
        firstFree = block;
    }
}
