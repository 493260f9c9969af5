using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace Goim.Comet.Client;

/// <summary>A packet of goim's client protocol.</summary>
/// <param name="Operation">What it is for.</param>
/// <param name="Body">The bytes after the header.</param>
/// <param name="Version">A comet replies with the version that it was sent.</param>
/// <param name="Seq">A comet replies with the number that it was sent.</param>
/// <remarks>
/// Big-endian: int32 length of the whole packet, int16 length of the header (16), int16 version, int32 operation, int32 seq, body.
/// goim libs/proto/proto.go.
/// </remarks>
internal sealed record Packet(Operation Operation, ReadOnlyMemory<byte> Body, short Version = 1, int Seq = 1)
{
    /// <summary>Bytes before the body.</summary>
    public const int HeaderLength = 16;

    /// <summary>A message has at most the 20 MB of the largest Kafka record (<c>KafkaMaxRecordBytes</c>).</summary>
    private const int MaxLength = 32 << 20;

    /// <summary>The length of the whole packet that begins here, 16 or more.</summary>
    /// <param name="bytes">At least 16 bytes.</param>
    /// <exception cref="InvalidDataException">It is no packet. The message is a sentence for the user.</exception>
    public static int LengthOf(ReadOnlySequence<byte> bytes)
    {
        var reader = new SequenceReader<byte>(bytes);
        reader.TryReadBigEndian(out int length);
        reader.TryReadBigEndian(out short headerLength);
        return length is >= HeaderLength and <= MaxLength && headerLength == HeaderLength
            ? length
            : throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"The server sent a packet of {length} bytes with a header of {headerLength}: expected a comet's, with a header of 16."));
    }

    /// <param name="bytes">One whole packet. The body is copied.</param>
    public static Packet Read(ReadOnlySequence<byte> bytes)
    {
        var reader = new SequenceReader<byte>(bytes.Slice(6));
        reader.TryReadBigEndian(out short version);
        reader.TryReadBigEndian(out int operation);
        reader.TryReadBigEndian(out int seq);
        return new Packet((Operation)operation, bytes.Slice(HeaderLength).ToArray(), version, seq);
    }

    /// <summary>The bytes to send.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + Body.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(4), HeaderLength);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(6), Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), (int)Operation);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), Seq);
        Body.Span.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }
}
