using Goim.Logic.Input;

namespace Goim.Logic.Push;

/// <summary>Kinds of push, one a route.</summary>
public enum PushKind
{
    /// <summary><c>/1/push</c></summary>
    User,

    /// <summary><c>/1/pushs</c></summary>
    Users,

    /// <summary><c>/1/push/room</c></summary>
    Room,

    /// <summary><c>/1/push/all</c></summary>
    All,
}

/// <summary>Whom a push is for, as its query says; the users of a <see cref="PushKind.Users"/> push are in its body.</summary>
/// <param name="Kind">The route.</param>
/// <param name="UserId">With <see cref="PushKind.User"/>.</param>
/// <param name="RoomId">With <see cref="PushKind.Room"/>.</param>
/// <param name="Ensure">With <see cref="PushKind.Room"/>: goim's flag, told on in the record.</param>
public readonly record struct PushTarget(PushKind Kind, long UserId = 0, int RoomId = 0, bool Ensure = false)
{
    public static Outcome<PushTarget> Read(PushKind kind, RawQuery query)
    {
        switch (kind)
        {
            case PushKind.User:
                return query.TryGetInt64("uid", out var userId, out var problem) ? new PushTarget(kind, userId) : problem;
            case PushKind.Room:
                return query.TryGetInt32("rid", out var roomId, out problem)
                    ? new PushTarget(kind, RoomId: roomId, Ensure: query.IsTrue("ensure"))
                    : problem;
            default:
                return new PushTarget(kind);
        }
    }
}
