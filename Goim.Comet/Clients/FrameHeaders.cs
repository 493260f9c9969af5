namespace Goim.Comet.Clients;

/// <summary>
/// Follows the frames of a client's WebSocket (RFC 6455, section 5.2) and makes binary messages of text messages, since .NET's WebSocket
/// refuses a text that is not UTF-8. A packet hardly ever is. Go's golang.org/x/net/websocket sends text unless it is told otherwise.
/// </summary>
internal struct FrameHeaders
{
    private const int Opcode = 0x0F, Text = 1, Binary = 2, MaskBit = 0x80, MaskLength = 4;

    // Which bytes of the header have been read, and how many of the others have not: bytes of a longer length, and of the mask.
    private bool isFirstRead, isSecondRead;
    private int lengthLeft, maskLeft;

    // Bytes of the payload that have not been read.
    private long payload;

    /// <summary>Follows bytes, and changes the opcodes in them. False if a frame has no mask.</summary>
    /// <param name="bytes">The next bytes of the client.</param>
    public bool Follow(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (!isFirstRead && payload > 0)
            {
                var length = (int)Math.Min(payload, bytes.Length);
                payload -= length;
                bytes = bytes[length..];
                continue;
            }

            if (!FollowHeader(ref bytes[0]))
            {
                return false;
            }

            bytes = bytes[1..];
        }

        return true;
    }

    private bool FollowHeader(ref byte next)
    {
        if (!isFirstRead)
        {
            next = (next & Opcode) == Text ? (byte)((next & ~Opcode) | Binary) : next;
            isFirstRead = true;
        }
        else if (!isSecondRead)
        {
            var length = next & ~MaskBit;
            (lengthLeft, payload) = length switch { 126 => (2, 0), 127 => (8, 0), _ => (0, length) };
            maskLeft = MaskLength;
            isSecondRead = true;
            return (next & MaskBit) != 0;
        }
        else if (lengthLeft > 0)
        {
            lengthLeft--;
            payload = (payload << 8) | next;
        }
        else
        {
            // The payload comes after the mask.
            maskLeft--;
            isFirstRead = isSecondRead = maskLeft > 0;
        }

        return true;
    }
}
