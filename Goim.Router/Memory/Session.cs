using System.Runtime.InteropServices;

namespace Goim.Router.Memory;

/// <summary>An entry of a <see cref="SessionTable"/>, 32 bytes: a session, a tombstone or a free entry.</summary>
/// <remarks>
/// A tombstone is a deleted session that still has its user's highest seq, so that this seq is not assigned again. Only a user's highest
/// entry can be a tombstone.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct Session
{
    public long UserId;

    /// <summary>
    /// Unix time in ms by this node's clock. Session: when it was put. Tombstone: when a session of the user was last deleted.
    /// </summary>
    public long UnixMs;

    /// <summary>The session's seq, from 1 for each user; the negated seq for a tombstone; 0 for a free entry.</summary>
    public int Seq;

    /// <summary>Id of the comet server that holds the connection.</summary>
    public int Server;

    /// <summary>Id of the room; -1 for no room.</summary>
    public int RoomId;

    /// <summary>Index of the next entry in the chain; 0 at the end.</summary>
    public int Next;

    /// <summary>The seq of a session or of a tombstone.</summary>
    public readonly int Number => Math.Abs(Seq);

    /// <summary>False for a tombstone and for a free entry.</summary>
    public readonly bool IsLive => Seq > 0;

    /// <summary>Whether a deletion with this fence applies to the session: it was created at or before that time.</summary>
    /// <param name="beforeUnixMs">Unix time in ms; 0 applies to every session.</param>
    public readonly bool IsCreatedAtOrBefore(long beforeUnixMs) => beforeUnixMs == 0 || UnixMs <= beforeUnixMs;
}
