using System.Buffers.Binary;
using System.Text;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A packet of goim's client protocol (goim libs/proto/proto.go), written and read by code of the tests.</summary>
/// <param name="Op">Operation.</param>
/// <param name="Body">What follows the header.</param>
/// <param name="Seq">A reply has that of the request.</param>
/// <param name="Version">A reply has that of the request.</param>
internal sealed record CometPacket(int Op, byte[] Body, int Seq = 0, short Version = 0)
{
    public const int HeaderLength = 16;

    public CometPacket(int op, string body = "", int seq = 0, short version = 0)
        : this(op, Encoding.UTF8.GetBytes(body), seq, version)
    {
    }

    /// <summary>The body as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Op 7.</summary>
    public static CometPacket Auth(string token, int seq = 1) => new(7, token, seq, 1);

    /// <param name="bytes">A whole packet.</param>
    public static CometPacket Read(ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(bytes.Length, LengthOf(bytes));
        Assert.Equal(HeaderLength, BinaryPrimitives.ReadInt16BigEndian(bytes[4..]));
        return new CometPacket(
            BinaryPrimitives.ReadInt32BigEndian(bytes[8..]),
            bytes[HeaderLength..].ToArray(),
            BinaryPrimitives.ReadInt32BigEndian(bytes[12..]),
            BinaryPrimitives.ReadInt16BigEndian(bytes[6..]));
    }

    /// <summary>The length that a packet says it has.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        Assert.True(length >= HeaderLength, $"a packet of the server has length {length}");
        return length;
    }

    public byte[] ToBytes() => ToBytes(HeaderLength + Body.Length);

    /// <summary>With lengths that need not be right.</summary>
    public byte[] ToBytes(int length, int headerLength = HeaderLength)
    {
        var bytes = new byte[HeaderLength + Body.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)headerLength);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(6), Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), Op);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), Seq);
        Body.CopyTo(bytes, HeaderLength);
        return bytes;
    }
}
