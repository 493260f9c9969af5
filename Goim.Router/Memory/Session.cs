using System.Runtime.InteropServices;
using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>An entry of a <see cref="SessionTable"/>, 48 bytes: a session, a tombstone or a free entry.</summary>
/// <remarks>
/// A user has one head: the entry with the seq that the user was given last. The user's other sessions are in a list that starts at the
/// head. A tombstone is a deleted head. It stays, so that its seq is not assigned again. What a lookup reads is in the first 32 bytes,
/// which are seldom in two lines of the processor's cache.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct Session : IChained<Session>
{
    private const int WrappedBit = 1 << 30;

    public long UserId;

    /// <summary>Index of the next entry in the chain, or of the next free entry; 0 at the end.</summary>
    public int Next;

    /// <summary>The session's seq, from 1 for each user; the negated seq for a tombstone; 0 for a free entry.</summary>
    public int Seq;

    /// <summary>Index of the previous entry in the user's list; negative for a head (<see cref="SetHead"/>).</summary>
    public int Newer;

    /// <summary>Index of the next entry in the user's list; 0 at the end.</summary>
    public int Older;

    /// <summary>Id of the comet server that holds the connection.</summary>
    public int Server;

    /// <summary>Where the session is among those of its room (<see cref="MembersByRoom"/>); 0 in no room.</summary>
    public int Place;

    /// <summary>Time by <see cref="MonotonicClock"/>. Session: of its put. Tombstone: of the user's latest deletion.</summary>
    public long Created;

    /// <summary>The folded request id of the put (<see cref="RequestKey.Folded"/>); 0 for none.</summary>
    public long Request;

    /// <summary>The seq of a session or of a tombstone.</summary>
    public readonly int Number => Math.Abs(Seq);

    /// <summary>False for a tombstone and for a free entry.</summary>
    public readonly bool IsLive => Seq > 0;

    /// <summary>Whether this is the entry with the seq that the user was given last.</summary>
    public readonly bool IsHead => Newer < 0;

    /// <summary>Of a head: the number of the user's sessions.</summary>
    public readonly int LiveCount => ~Newer & ~WrappedBit;

    /// <summary>Of a head: whether the user may have sessions with higher seqs, since seqs started again at 1.</summary>
    public readonly bool HasWrapped => (~Newer & WrappedBit) != 0;

    public void SetHead(int liveCount, bool hasWrapped) => Newer = ~(liveCount | (hasWrapped ? WrappedBit : 0));

    public static ref int NextOf(ref Session entry) => ref entry.Next;

    public static int HashOf(in Session entry) => entry.IsHead ? SessionHash.OfHead(entry.UserId) : SessionHash.Of(entry.UserId, entry.Seq);

    public static Session Of(PutArg put, long created) => new()
    {
        UserId = put.UserId,
        Seq = put.Seq,
        Created = created,
        Server = put.Server,
        Request = put.RequestId.IsEmpty ? 0 : RequestKey.OfRequest(put.UserId, put.RequestId.Span).Folded,
    };
}
