namespace Goim.Comet.Wire;

/// <summary>What a packet to a client is.</summary>
internal enum PacketKind : byte
{
    /// <summary>A message for some connections: record <c>multiple</c>.</summary>
    Multiple,

    /// <summary>A message for a room: record <c>broadcast_room</c>.</summary>
    Room,

    /// <summary>A message for everyone: record <c>broadcast</c>.</summary>
    Broadcast,

    /// <summary>An answer to a packet of the client, or op 6.</summary>
    Reply,

    /// <summary>A WebSocket ping, pong or close. Not a packet.</summary>
    ControlFrame,
}
