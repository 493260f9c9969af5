namespace Goim.Client;

/// <summary>Whom a push is for.</summary>
public sealed class PushTarget
{
    internal enum TargetKind
    {
        User,
        Users,
        Connection,
        Room,
        Rooms,
        All,
    }

    private PushTarget(TargetKind kind) => Kind = kind;

    /// <summary>Every connection of every comet server.</summary>
    public static PushTarget All { get; } = new(TargetKind.All);

    internal TargetKind Kind { get; }

    /// <summary>The user or the room.</summary>
    internal long Id { get; private init; }

    /// <summary>The sub key of the connection.</summary>
    internal string Key { get; private init; } = "";

    internal long[] UserIds { get; private init; } = [];

    internal int[] RoomIds { get; private init; } = [];

    internal bool IsRooms => Kind is TargetKind.Room or TargetKind.Rooms;

    /// <summary>Every session of a user.</summary>
    public static PushTarget User(long userId) => new(TargetKind.User) { Id = userId };

    /// <summary>Every session of many users: 1,000,000 by default at most. One that comes twice counts once.</summary>
    public static PushTarget Users(IReadOnlyCollection<long> userIds) => new(TargetKind.Users) { UserIds = [.. userIds] };

    /// <summary>One connection, by its sub key, <c>{user id}_{number}</c>.</summary>
    public static PushTarget Connection(string key) =>
        new(TargetKind.Connection) { Key = key ?? throw new ArgumentNullException(nameof(key)) };

    /// <summary>Every connection in a room. -1 for those in no room.</summary>
    public static PushTarget Room(int room) => new(TargetKind.Room) { Id = room };

    /// <summary>Every connection in several rooms: 10,000 at most. Not in a batch.</summary>
    public static PushTarget Rooms(IReadOnlyCollection<int> rooms) => new(TargetKind.Rooms) { RoomIds = [.. rooms] };

    /// <summary>Whom the push is for, for people.</summary>
    public override string ToString() => Kind switch
    {
        TargetKind.User => FormattableString.Invariant($"user {Id}"),
        TargetKind.Users => FormattableString.Invariant($"{UserIds.Length} users"),
        TargetKind.Connection => $"connection {Key}",
        TargetKind.Room => FormattableString.Invariant($"room {Id}"),
        TargetKind.Rooms => FormattableString.Invariant($"{RoomIds.Length} rooms"),
        _ => "everyone",
    };
}
