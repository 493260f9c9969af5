using Goim.Logic.Input;
using Goim.Protocol;

namespace Goim.Logic.Push;

/// <summary>The recipients of a push.</summary>
public readonly record struct PushTarget
{
    // Every state machine of a push holds a target: a byte and one number for room or seq keep it at 24 bytes.
    private readonly byte kind;
    private readonly int number;

    private PushTarget(PushKind kind, long userId, int number, bool ensure) =>
        (this.kind, UserId, this.number, Ensure) = ((byte)kind, userId, number, ensure);

    /// <summary>Users, who are in the body.</summary>
    public static PushTarget Users { get; } = new(PushKind.Users, 0, 0, false);

    /// <summary>Rooms, which are in the body.</summary>
    public static PushTarget Rooms { get; } = new(PushKind.Rooms, 0, 0, false);

    /// <summary>Every connection.</summary>
    public static PushTarget All { get; } = new(PushKind.All, 0, 0, false);

    /// <summary>The route.</summary>
    public PushKind Kind => (PushKind)kind;

    /// <summary>The user of a <see cref="PushKind.User"/> or <see cref="PushKind.Key"/> push.</summary>
    public long UserId { get; }

    /// <summary>The connection of a <see cref="PushKind.Key"/> push.</summary>
    public SubKey Key => new(UserId, number);

    /// <summary>The room of a <see cref="PushKind.Room"/> push.</summary>
    public int RoomId => number;

    /// <summary>goim's flag of a <see cref="PushKind.Room"/> push, copied into the record.</summary>
    public bool Ensure { get; }

    /// <summary>Recipients that do not get the push, and until when it is delivered. Null for no restriction.</summary>
    public PushRestriction? Restriction { get; init; }

    /// <summary>One user.</summary>
    public static PushTarget OfUser(long userId) => new(PushKind.User, userId, 0, false);

    /// <summary>One connection.</summary>
    public static PushTarget OfKey(SubKey key) => new(PushKind.Key, key.UserId, key.Seq, false);

    /// <summary>One room.</summary>
    public static PushTarget OfRoom(int roomId, bool ensure) => new(PushKind.Room, 0, roomId, ensure);

    internal static Outcome<PushTarget> Read(PushKind kind, RawQuery query) =>
        ReadRecipients(kind, query).Is(out var target, out var problem)
        && PushRestriction.Read(kind, query).Is(out var restriction, out problem)
            ? target with { Restriction = restriction }
            : problem;

    private static Outcome<PushTarget> ReadRecipients(PushKind kind, RawQuery query)
    {
        switch (kind)
        {
            case PushKind.User:
                return query.TryGetInt64("uid", out var userId, out var problem) ? OfUser(userId) : problem;
            case PushKind.Key:
                return query.TryGetSubKey("key", out var key, out problem) ? OfKey(key) : problem;
            case PushKind.Room:
                return query.TryGetInt32("rid", out var roomId, out problem) ? OfRoom(roomId, query.IsTrue("ensure")) : problem;
            case PushKind.Rooms when query["ensure"] is not null:
                return new Problem(ProblemKind.BadInput, "ensure is in the query: expected it in the body of a push to rooms.");
            default:
                return new PushTarget(kind, 0, 0, false);
        }
    }
}
