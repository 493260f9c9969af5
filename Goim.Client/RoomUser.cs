namespace Goim.Client;

/// <summary>A user in a room.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Connections">The user's connections in the room.</param>
public sealed record RoomUser(long UserId, IReadOnlyList<RoomConnection> Connections);

/// <summary>A connection in a room.</summary>
/// <param name="Key">Its sub key, <c>{user id}_{number}</c>.</param>
/// <param name="Server">The comet server that holds it.</param>
public readonly record struct RoomConnection(string Key, int Server);
