using System.Runtime.InteropServices;

namespace Goim.Router.Memory;

/// <summary>One connection of a user, as it lies in a bucket's table: 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Session
{
    public long UserId;

    /// <summary>When it was put, by this node's clock; of one that is gone, when the user's last one left.</summary>
    public long UnixMs;

    /// <summary>Its number, from 1 per user. Negative: that session is gone, and stays to tell which number its user had last. 0: a free place.</summary>
    public int Seq;

    /// <summary>Comet server that holds it.</summary>
    public int Server;

    /// <summary>Room it is in; -1 for none.</summary>
    public int RoomId;

    /// <summary>Place of the next session of its chain; 0 for none.</summary>
    public int Next;

    /// <summary>Its number, gone or not.</summary>
    public readonly int Number => Math.Abs(Seq);

    /// <summary>Whether the user has it: it is neither gone nor a free place.</summary>
    public readonly bool IsThere => Seq > 0;

    /// <param name="beforeUnixMs">A fence; 0 for none.</param>
    public readonly bool IsWithin(long beforeUnixMs) => beforeUnixMs == 0 || UnixMs <= beforeUnixMs;
}
