namespace Goim.Router.Memory;

/// <summary>One connection of a user.</summary>
/// <param name="Seq">Its number, from 1 per user.</param>
/// <param name="Server">Comet server that holds it.</param>
/// <param name="RoomId">Room it is in; -1 for none.</param>
/// <param name="CreatedUnixMs">When it was put, Unix time in ms by this node's clock.</param>
internal readonly record struct Session(int Seq, int Server, int RoomId, long CreatedUnixMs);
