using System.Buffers.Binary;

namespace Goim.Benchmarks.Comet;

/// <summary>Finds packets in a stream of bytes that comes in parts of any size.</summary>
internal sealed class PacketScanner
{
    /// <summary>Bytes of a packet that <see cref="TryRead"/> returns at most. The rest is skipped.</summary>
    private const int MaxHead = 128;

    private readonly byte[] head = new byte[MaxHead];
    private int headLength, rest;

    public void Clear() => (headLength, rest) = (0, 0);

    /// <summary>Reads the next packet of <paramref name="bytes"/>, and removes what was read from them.</summary>
    /// <param name="bytes">What was received, or is left of it.</param>
    /// <param name="packet">The header and the first 112 bytes of the body, or all of a shorter one. Valid until the next call.</param>
    /// <returns>False if the packet is not complete yet. All bytes were then taken.</returns>
    /// <exception cref="IOException">The bytes are no packet.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> packet)
    {
        packet = default;
        var skipped = Math.Min(rest, bytes.Length);
        bytes = bytes[skipped..];
        rest -= skipped;
        if (headLength == 0 && bytes.Length >= ClientPackets.HeaderLength)
        {
            // The usual case: the packet is complete, so it is not copied.
            var length = LengthOf(bytes);
            if (bytes.Length >= Math.Min(length, MaxHead))
            {
                packet = bytes[..Math.Min(length, MaxHead)];
                var taken = Math.Min(length, bytes.Length);
                bytes = bytes[taken..];
                rest = length - taken;
                return true;
            }
        }

        if (!Collect(ref bytes, ClientPackets.HeaderLength) || !Collect(ref bytes, Math.Min(LengthOf(head), MaxHead)))
        {
            return false;
        }

        packet = head.AsSpan(0, headLength);
        rest = LengthOf(head) - headLength;
        headLength = 0;
        return true;
    }

    // Returns true if the head then has that many bytes.
    private bool Collect(ref ReadOnlySpan<byte> bytes, int length)
    {
        var taken = Math.Clamp(length - headLength, 0, bytes.Length);
        bytes[..taken].CopyTo(head.AsSpan(headLength));
        bytes = bytes[taken..];
        headLength += taken;
        return headLength >= length;
    }

    private static int LengthOf(ReadOnlySpan<byte> packet)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(packet);
        var headerLength = BinaryPrimitives.ReadInt16BigEndian(packet[4..]);
        return length >= ClientPackets.HeaderLength && headerLength == ClientPackets.HeaderLength
            ? length
            : throw new IOException($"it sent a packet of {length} bytes with a header of {headerLength}");
    }
}
