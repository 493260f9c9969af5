namespace Goim.Comet.Wire;

/// <summary>Operations of a packet (goim libs/define/operation.go).</summary>
internal static class Op
{
    public const int Heartbeat = 2;
    public const int HeartbeatReply = 3;

    /// <summary>goim's default operator answers it with op 5 and the same body.</summary>
    public const int Send = 4;

    /// <summary>A message that was pushed.</summary>
    public const int Message = 5;

    /// <summary>The client is disconnected. The body says why, and whether it may come back. goim never sends it.</summary>
    public const int Disconnected = 6;

    public const int Auth = 7;
    public const int AuthReply = 8;

    /// <summary>The client changes to a room, whose number is the body as text. goim does not have it.</summary>
    public const int ChangeRoom = 12;

    /// <summary>The room that the client is in now, or why it is not changed. goim does not have it.</summary>
    public const int ChangeRoomReply = 13;

    public const int Test = 254;
    public const int TestReply = 255;
}
