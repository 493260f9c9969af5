using System.Buffers.Text;

namespace Goim.Benchmarks.Load;

/// <summary>An HTTP/1.1 answer as it arrives: with a Content-Length, or chunked.</summary>
internal sealed class HttpAnswer
{
    private byte[] buffer = new byte[16 * 1024];
    private int length, body, bodyLength;
    private bool isChunked;

    /// <summary>Where to read more of it to.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            return buffer.AsMemory(length);
        }
    }

    /// <summary>Makes room for the next answer.</summary>
    public void Clear() => (length, body) = (0, 0);

    /// <summary>True when <paramref name="read"/> more bytes make it whole.</summary>
    /// <exception cref="IOException">It is no answer, or has no length.</exception>
    public bool Add(int read)
    {
        length += read;
        if (body == 0 && !ReadHead())
        {
            return false;
        }

        return isChunked ? EndsInLastChunk() : length >= body + bodyLength;
    }

    /// <summary>
    /// Whether the status is 200 and <c>ret</c> is 1: at the front of the body, or at its end, where goim has it, which writes members in
    /// alphabetical order. Of a batch, whether every line is so.
    /// </summary>
    public bool IsSuccess
    {
        get
        {
            var text = buffer.AsSpan(body, length - body);
            return buffer.AsSpan(9, 3).SequenceEqual("200"u8)
                && text.IndexOf("\"ret\":65535"u8) < 0
                && (text.IndexOf("{\"ret\":1}"u8) >= 0 || text.IndexOf("{\"ret\":1,"u8) >= 0 || text.IndexOf(",\"ret\":1}"u8) >= 0);
        }
    }

    private bool ReadHead()
    {
        var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = buffer.AsSpan(0, end + 2);
        body = end + 4;
        (isChunked, bodyLength) = (false, -1);
        for (var line = head.IndexOf("\r\n"u8) + 2; line < head.Length; line += head[line..].IndexOf("\r\n"u8) + 2)
        {
            if (ValueOf(head[line..], "content-length:"u8) is { IsEmpty: false } value && Utf8Parser.TryParse(value, out int bytes, out _))
            {
                bodyLength = bytes;
            }
            else if (ValueOf(head[line..], "transfer-encoding:"u8).StartsWith("chunked"u8))
            {
                isChunked = true;
            }
        }

        return isChunked || bodyLength >= 0 ? true : throw new IOException("the answer has no length.");
    }

    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && System.Text.Ascii.EqualsIgnoreCase(line[..name.Length], name) ? line[name.Length..].TrimStart((byte)' ') : [];

    // A chunk is its size in hexadecimal, CRLF, the bytes, CRLF; the last one has size 0. The chunks are left as they are.
    private bool EndsInLastChunk()
    {
        for (var at = body; at < length;)
        {
            var rest = buffer.AsSpan(at, length - at);
            var line = rest.IndexOf("\r\n"u8);
            if (line < 0 || !Utf8Parser.TryParse(rest, out int size, out _, 'x'))
            {
                return false;
            }

            at += line + 2 + size + 2;
            if (size == 0)
            {
                return at <= length;
            }
        }

        return false;
    }
}
