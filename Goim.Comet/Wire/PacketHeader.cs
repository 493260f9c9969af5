using System.Buffers.Binary;

namespace Goim.Comet.Wire;

/// <summary>The header of a packet: 16 bytes, all numbers big-endian (goim libs/proto/proto.go).</summary>
/// <param name="Length">Bytes of the whole packet. Less than 16, also a negative number, means that there is no body.</param>
/// <param name="HeaderLength">16. Anything else is an error.</param>
/// <param name="Version">A reply has that of the request.</param>
/// <param name="Op">An <see cref="Wire.Op"/>.</param>
/// <param name="Seq">A reply has that of the request.</param>
internal readonly record struct PacketHeader(int Length, short HeaderLength, short Version, int Op, int Seq)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 16;

    /// <summary>Most bytes of a client's body, except for that of <see cref="Wire.Op.Auth"/> (goim's <c>MaxBodySize</c>).</summary>
    public const int MaxBody = 1_024;

    /// <summary>Most bytes of a token.</summary>
    public const int MaxToken = 8_192;

    /// <summary>Bytes of the body.</summary>
    public int BodyLength => Length <= Size ? 0 : Length - Size;

    /// <summary>What is wrong with the header of a client's packet. Null if nothing is.</summary>
    public string? Problem
    {
        get
        {
            if (HeaderLength != Size)
            {
                return $"the header length is {(ushort)HeaderLength}: expected {Size}";
            }

            var most = Op == Wire.Op.Auth ? MaxToken : MaxBody;
            return BodyLength > most ? $"the body has {BodyLength} bytes: expected {most} at most" : null;
        }
    }

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">At least 16 bytes.</param>
    public static PacketHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32BigEndian(bytes),
        BinaryPrimitives.ReadInt16BigEndian(bytes[4..]),
        BinaryPrimitives.ReadInt16BigEndian(bytes[6..]),
        BinaryPrimitives.ReadInt32BigEndian(bytes[8..]),
        BinaryPrimitives.ReadInt32BigEndian(bytes[12..]));

    /// <summary>Writes a header.</summary>
    /// <param name="bytes">At least 16 bytes.</param>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes, Length);
        BinaryPrimitives.WriteInt16BigEndian(bytes[4..], HeaderLength);
        BinaryPrimitives.WriteInt16BigEndian(bytes[6..], Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], Op);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], Seq);
    }
}
