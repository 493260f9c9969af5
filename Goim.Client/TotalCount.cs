namespace Goim.Client;

/// <summary>How many sessions there are.</summary>
/// <param name="Sessions">Number of sessions.</param>
/// <param name="Users">Number of users who have one.</param>
public readonly record struct TotalCount(long Sessions, long Users);

/// <summary>How many sessions are in a room.</summary>
/// <param name="Room">The room. -1 for no room.</param>
/// <param name="Sessions">Number of sessions.</param>
public readonly record struct RoomCount(int Room, long Sessions);

/// <summary>How many sessions a comet server has.</summary>
/// <param name="Server">The comet server's id.</param>
/// <param name="Sessions">Number of sessions.</param>
public readonly record struct ServerCount(int Server, long Sessions);
