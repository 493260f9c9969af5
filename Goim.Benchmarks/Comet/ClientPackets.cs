using System.Buffers.Binary;
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

    // RFC 6455, 5.2: FIN and the opcode, then the mask bit and the length, then the key. A length above 125 is in two more bytes.
    private const int MaxShortLength = 125;
    private const byte Final = 0x80, Masked = 0x80, MaskKey = 0x5A, LengthInTwoBytes = 126;

    private readonly ServerAddress server;
    private readonly CometUsers users;

    public ClientPackets(ServerAddress server, CometUsers users)
    {
        (this.server, this.users) = (server, users);
        Heartbeat = Write(HeartbeatOp, []);
        UpgradeRequest = Encoding.ASCII.GetBytes(
            $"GET {server.Url.PathAndQuery} HTTP/1.1\r\nHost: {server.Url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Z29pbSBiZW5jaG1hcmtzIQ==\r\n\r\n");
    }

    public byte[] Heartbeat { get; }

    /// <summary>The HTTP request that opens a WebSocket.</summary>
    public byte[] UpgradeRequest { get; }

    /// <summary>Operation 7 with the token of a user.</summary>
    public byte[] Auth(long userId) => Write(AuthOp, users.Token(userId));

    /// <summary>A WebSocket frame with at most 65,535 bytes.</summary>
    public static byte[] Frame(int opcode, ReadOnlySpan<byte> payload)
    {
        var isShort = payload.Length <= MaxShortLength;
        var key = isShort ? 2 : 4;
        var start = key + 4;
        var frame = new byte[start + payload.Length];
        frame[0] = (byte)(Final | opcode);
        frame[1] = (byte)(Masked | (isShort ? payload.Length : LengthInTwoBytes));
        if (!isShort)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), checked((ushort)payload.Length));
        }

        frame.AsSpan(key, 4).Fill(MaskKey);
        for (var i = 0; i < payload.Length; i++)
        {
            frame[start + i] = (byte)(payload[i] ^ MaskKey);
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
