namespace Goim.Comet.Wire;

/// <summary>
/// A packet as its receivers get it, encoded once and shared by all of them: the packet for TCP, and the same bytes behind the header of
/// a WebSocket message.
/// </summary>
internal sealed class EncodedPacket
{
    /// <summary>An empty WebSocket ping.</summary>
    public static readonly EncodedPacket PingFrame = new([0x89, 0]);

    /// <summary>A WebSocket close with status 1000.</summary>
    public static readonly EncodedPacket CloseFrame = new([0x88, 2, 0x03, 0xE8]);

    private readonly byte[] buffer;
    private readonly int frameStart;

    /// <param name="kind">What it is.</param>
    /// <param name="bodyLength">Bytes of the body, which the caller writes to <see cref="Body"/> before it hands the packet on.</param>
    /// <param name="op">Operation.</param>
    /// <param name="version">0 for a message.</param>
    /// <param name="seq">0 for a message.</param>
    public EncodedPacket(PacketKind kind, int bodyLength, int op = Op.Message, short version = 0, int seq = 0)
    {
        Kind = kind;
        Length = PacketHeader.Size + bodyLength;
        buffer = new byte[WebSocketFrame.MaxHeader + Length];
        frameStart = WebSocketFrame.MaxHeader - WebSocketFrame.HeaderLength(Length);
        WebSocketFrame.WriteHeader(buffer.AsSpan(frameStart), Length);
        new PacketHeader(Length, PacketHeader.Size, version, op, seq).Write(buffer.AsSpan(WebSocketFrame.MaxHeader));
    }

    /// <summary>A WebSocket control frame, which is no packet.</summary>
    /// <param name="frame">The whole frame.</param>
    public EncodedPacket(ReadOnlySpan<byte> frame)
    {
        Kind = PacketKind.ControlFrame;
        Length = frame.Length;
        buffer = new byte[WebSocketFrame.MaxHeader + Length];
        frameStart = WebSocketFrame.MaxHeader;
        frame.CopyTo(buffer.AsSpan(frameStart));
    }

    /// <summary>What it is.</summary>
    public PacketKind Kind { get; }

    /// <summary>Whether it was pushed. The other packets are replies and control frames.</summary>
    public bool IsMessage => Kind <= PacketKind.Broadcast;

    /// <summary>
    /// Time of the record that a message came in, in Unix ms; 0 if it has none. The reader sets it before it hands the message on.
    /// </summary>
    public long RecordTime { get; set; }

    /// <summary>Bytes of the packet over TCP.</summary>
    public int Length { get; }

    /// <summary>The packet.</summary>
    public ReadOnlyMemory<byte> Packet => buffer.AsMemory(WebSocketFrame.MaxHeader);

    /// <summary>The packet as a WebSocket message. A control frame as it is.</summary>
    public ReadOnlyMemory<byte> Frame => buffer.AsMemory(frameStart);

    /// <summary>Takes the body.</summary>
    public Span<byte> Body => buffer.AsSpan(WebSocketFrame.MaxHeader + PacketHeader.Size);
}
