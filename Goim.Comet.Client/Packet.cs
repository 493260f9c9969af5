using System.Buffers.Binary;

namespace Goim.Comet.Client;

/// <summary>A packet of goim's client protocol.</summary>
/// <param name="Operation">What it is for.</param>
/// <param name="Body">The bytes after the header.</param>
/// <param name="Seq">A comet replies with that of the request.</param>
/// <remarks>
/// Big-endian: int32 length of the whole packet, int16 length of the header (16), int16 version, int32 operation, int32 seq, body. A comet
/// replies with the version and seq that it was sent. goim libs/proto/proto.go.
/// </remarks>
internal sealed record Packet(Operation Operation, byte[] Body, int Seq = 1)
{
    /// <summary>Bytes before the body.</summary>
    public const int HeaderLength = 16;

    /// <summary>A message has at most the 20 MB of the largest Kafka record (<c>KafkaMaxRecordBytes</c>).</summary>
    private const int MaxLength = 32 << 20;

    /// <summary>Reads a header.</summary>
    /// <param name="header">16 bytes.</param>
    /// <returns>The operation, the seq, and the length of the body.</returns>
    /// <exception cref="InvalidDataException">It is no header. The message is a sentence for the user.</exception>
    public static (Operation Operation, int Seq, int BodyLength) ReadHeader(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(header);
        var headerLength = BinaryPrimitives.ReadInt16BigEndian(header[4..]);
        return length is >= HeaderLength and <= MaxLength && headerLength == HeaderLength
            ? ((Operation)BinaryPrimitives.ReadInt32BigEndian(header[8..]),
                BinaryPrimitives.ReadInt32BigEndian(header[12..]),
                length - HeaderLength)
            : throw new InvalidDataException(FormattableString.Invariant(
                $"The server sent a packet of {length} bytes with a header of {headerLength}: expected a comet's, with a header of 16."));
    }

    /// <summary>The bytes to send.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + Body.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(4), HeaderLength);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(6), 1);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), (int)Operation);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), Seq);
        Body.CopyTo(bytes, HeaderLength);
        return bytes;
    }
}
