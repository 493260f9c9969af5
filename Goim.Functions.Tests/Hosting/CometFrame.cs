using System.Buffers.Binary;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A WebSocket frame (RFC 6455, section 5.2), which need not be a right one.</summary>
/// <param name="Opcode">0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong.</param>
/// <param name="Payload">What is in it, without the mask.</param>
/// <param name="IsFinal">Whether the message ends with it.</param>
internal sealed record CometFrame(int Opcode, byte[] Payload, bool IsFinal = true)
{
    private static readonly byte[] Mask = [0x11, 0xA2, 0x33, 0xF4];

    /// <summary>The bits for extensions, 0 to 7.</summary>
    public int Reserved { get; init; }

    /// <summary>False for a frame that a client must not send.</summary>
    public bool IsMasked { get; init; } = true;

    /// <summary>Bytes of the length: 1, 3 or 9. 0 for the shortest that fits.</summary>
    public int LengthBytes { get; init; }

    public byte[] ToBytes()
    {
        var form = LengthBytes > 0 ? LengthBytes : Payload.Length switch { < 126 => 1, <= ushort.MaxValue => 3, _ => 9 };
        var bytes = new byte[1 + form + (IsMasked ? 4 : 0) + Payload.Length];
        bytes[0] = (byte)((IsFinal ? 0x80 : 0) | (Reserved << 4) | Opcode);
        bytes[1] = (byte)((IsMasked ? 0x80 : 0) | (form switch { 1 => Payload.Length, 3 => 126, _ => 127 }));
        if (form == 3)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)Payload.Length);
        }
        else if (form == 9)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2), Payload.Length);
        }

        var payload = bytes.AsSpan(bytes.Length - Payload.Length);
        Payload.CopyTo(payload);
        if (IsMasked)
        {
            Mask.CopyTo(bytes.AsSpan(1 + form));
            for (var i = 0; i < payload.Length; i++)
            {
                payload[i] ^= Mask[i % 4];
            }
        }

        return bytes;
    }
}
