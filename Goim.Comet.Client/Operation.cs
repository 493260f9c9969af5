namespace Goim.Comet.Client;

/// <summary>What a packet is for. A comet may send others, which a client ignores.</summary>
/// <remarks>goim libs/define/operation.go. goim has neither 6, 12 nor 13.</remarks>
internal enum Operation
{
    /// <summary>From a client, which is still there. The comet answers with <see cref="HeartbeatReply"/>.</summary>
    Heartbeat = 2,
    HeartbeatReply = 3,

    /// <summary>From the comet: the body is what was pushed.</summary>
    Message = 5,

    /// <summary>From the comet, before it closes the connection: the body says why, see <see cref="ConnectionEnd"/>.</summary>
    Disconnected = 6,

    /// <summary>From a client: the body is the token. The first packet, and again to renew the expiry.</summary>
    Auth = 7,

    /// <summary>From the comet, which has accepted the token.</summary>
    AuthReply = 8,

    /// <summary>From a client: the body is the number of the room that it changes to, as text.</summary>
    ChangeRoom = 12,

    /// <summary>From the comet: the room, or why it is not changed, see <see cref="RoomChanges"/>.</summary>
    ChangeRoomReply = 13,
}
