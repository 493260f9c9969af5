using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Goim.Benchmarks.Comet;

/// <summary>What clients send: goim's packets, over WebSocket each in a masked binary message.</summary>
internal sealed class ClientPackets
{
    /// <summary>Bytes of a packet before its body.</summary>
    public const int HeaderLength = 16;

    public const int HeartbeatReply = 3, Message = 5, Disconnected = 6, AuthReply = 8;

    private const int HeartbeatOp = 2, AuthOp = 7;
    private const short Version = 1;

    // RFC 6455, 5.2: FIN and the opcode, then the mask bit and the length, then the key.
    private const int FrameHeaderLength = 6;
    private const byte Final = 0x80, Masked = 0x80, MaskKey = 0x5A;

    private readonly ServerAddress server;

    public ClientPackets(ServerAddress server)
    {
        this.server = server;
        Heartbeat = Write(HeartbeatOp, []);
        UpgradeRequest = Encoding.ASCII.GetBytes(
            $"GET {server.Url.PathAndQuery} HTTP/1.1\r\nHost: {server.Url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Z29pbSBiZW5jaG1hcmtzIQ==\r\n\r\n");
    }

    public byte[] Heartbeat { get; }

    /// <summary>The HTTP request that opens a WebSocket.</summary>
    public byte[] UpgradeRequest { get; }

    /// <summary>Operation 7 with the user's id as the token, which goim's default logic and <c>UserIdAuthenticator</c> take.</summary>
    public byte[] Auth(long userId)
    {
        Span<byte> token = stackalloc byte[20];
        Utf8Formatter.TryFormat(userId, token, out var length);
        return Write(AuthOp, token[..length]);
    }

    /// <summary>A WebSocket frame with at most 125 bytes.</summary>
    public static byte[] Frame(int opcode, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeaderLength + payload.Length];
        frame[0] = (byte)(Final | opcode);
        frame[1] = (byte)(Masked | payload.Length);
        frame.AsSpan(2, 4).Fill(MaskKey);
        for (var i = 0; i < payload.Length; i++)
        {
            frame[FrameHeaderLength + i] = (byte)(payload[i] ^ MaskKey);
        }

        return frame;
    }

    private byte[] Write(int operation, ReadOnlySpan<byte> body)
    {
        var packet = new byte[HeaderLength + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(packet, packet.Length);
        BinaryPrimitives.WriteInt16BigEndian(packet.AsSpan(4), HeaderLength);
        BinaryPrimitives.WriteInt16BigEndian(packet.AsSpan(6), Version);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), operation);
        body.CopyTo(packet.AsSpan(HeaderLength));
        return server.IsWebSocket ? Frame(ServerFrames.Binary, packet) : packet;
    }
}
