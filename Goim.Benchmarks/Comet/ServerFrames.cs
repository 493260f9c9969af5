using System.Buffers.Binary;

namespace Goim.Benchmarks.Comet;

/// <summary>Reads a server's WebSocket frames (RFC 6455, 5.2), which are not masked, from bytes that come in parts of any size.</summary>
internal sealed class ServerFrames
{
    public const int Binary = 2, Close = 8, Ping = 9, Pong = 10;

    private const int MaxControlPayload = 125;

    private readonly byte[] header = new byte[10];
    private readonly byte[] control = new byte[MaxControlPayload];
    private int headerLength, controlLength;
    private long left;
    private bool isInFrame;

    private int Opcode => header[0] & 0x0F;

    public void Clear() => (headerLength, controlLength, left, isInFrame) = (0, 0, 0, false);

    /// <summary>Reads the next part of a message, or the next whole control frame, and removes it from <paramref name="bytes"/>.</summary>
    /// <param name="bytes">What was received, or is left of it.</param>
    /// <param name="opcode">0 to 2 for a part of a message; <see cref="Close"/>, <see cref="Ping"/>, <see cref="Pong"/>.</param>
    /// <param name="payload">Valid until the next call.</param>
    /// <returns>False if <paramref name="bytes"/> have no more. All of them were then taken.</returns>
    /// <exception cref="IOException">A control frame is too long.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out int opcode, out ReadOnlySpan<byte> payload)
    {
        opcode = 0;
        payload = default;
        if (!isInFrame && !TryReadHeader(ref bytes))
        {
            return false;
        }

        opcode = Opcode;
        var taken = (int)Math.Min(left, bytes.Length);
        payload = bytes[..taken];
        bytes = bytes[taken..];
        left -= taken;
        isInFrame = left > 0;
        if (opcode < Close)
        {
            return taken > 0 || !isInFrame;
        }

        payload.CopyTo(control.AsSpan(controlLength));
        controlLength += taken;
        payload = control.AsSpan(0, controlLength);
        return !isInFrame;
    }

    private bool TryReadHeader(ref ReadOnlySpan<byte> bytes)
    {
        for (; headerLength < NeededHeader(); bytes = bytes[1..])
        {
            if (bytes.IsEmpty)
            {
                return false;
            }

            header[headerLength++] = bytes[0];
        }

        left = headerLength switch
        {
            2 => header[1],
            4 => BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)),
            _ => BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(2)),
        };
        (headerLength, controlLength, isInFrame) = (0, 0, true);
        return Opcode < Close || left <= MaxControlPayload
            ? true
            : throw new IOException($"it sent a control frame of {left} bytes");
    }

    private int NeededHeader() => headerLength < 2 ? 2 : header[1] switch { 126 => 4, 127 => 10, _ => 2 };
}
