using Goim.Logic.Access;

namespace Goim.Logic.Push;

/// <summary>What a caller needs for a push.</summary>
public static class PushAccess
{
    /// <summary>Any kind of push.</summary>
    public const Scope AnyPush = Scope.PushUser | Scope.PushRoom | Scope.PushAll;

    /// <summary>The scope of a kind.</summary>
    public static Scope ScopeOf(PushKind kind) => kind switch
    {
        PushKind.Room or PushKind.Rooms => Scope.PushRoom,
        PushKind.All => Scope.PushAll,
        _ => Scope.PushUser,
    };

    /// <summary>The problem of a push that the caller may not make, or that is above its limit. Null if it may make it.</summary>
    /// <param name="entry">The caller's request.</param>
    /// <param name="target">The recipients.</param>
    /// <param name="users">Users of the push. Not counted for a room or all.</param>
    internal static Problem? Problem(this Entry entry, PushTarget target, int users) =>
        entry.Needs(ScopeOf(target.Kind), PushPlanner.NothingSent)
        ?? (target.Kind == PushKind.Room ? entry.NeedsRoom(target.RoomId, PushPlanner.NothingSent) : null)
        ?? entry.TakeUsers(target.Kind is PushKind.Room or PushKind.All ? 1 : users, PushPlanner.NothingSent);

    /// <summary>The problem of a push to rooms that the caller may not make, or that is above its limit. Null if it may make it.</summary>
    /// <param name="entry">The caller's request.</param>
    /// <param name="rooms">The rooms. Each counts as a user.</param>
    internal static Problem? Problem(this Entry entry, ReadOnlySpan<int> rooms)
    {
        foreach (var roomId in rooms)
        {
            if (entry.NeedsRoom(roomId, PushPlanner.NothingSent) is { } refused)
            {
                return refused;
            }
        }

        return entry.TakeUsers(rooms.Length, PushPlanner.NothingSent);
    }
}
