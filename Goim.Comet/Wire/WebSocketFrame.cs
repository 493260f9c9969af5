using System.Buffers.Binary;

namespace Goim.Comet.Wire;

/// <summary>Frames that a server sends (RFC 6455, section 5.2): final, and not masked.</summary>
internal static class WebSocketFrame
{
    /// <summary>Bytes of the longest header.</summary>
    public const int MaxHeader = 10;

    private const byte FinalBinary = 0x82;

    /// <summary>Bytes of the header of a binary message.</summary>
    /// <param name="length">Bytes of the message.</param>
    public static int HeaderLength(int length) => length switch
    {
        < 126 => 2,
        <= ushort.MaxValue => 4,
        _ => MaxHeader,
    };

    /// <summary>Writes the header of a binary message, and returns its length.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="length">Bytes of the message.</param>
    public static int WriteHeader(Span<byte> destination, int length)
    {
        var header = HeaderLength(length);
        destination[0] = FinalBinary;
        switch (header)
        {
            case 2:
                destination[1] = (byte)length;
                break;
            case 4:
                destination[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)length);
                break;
            default:
                destination[1] = 127;
                BinaryPrimitives.WriteInt64BigEndian(destination[2..], length);
                break;
        }

        return header;
    }
}
