using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Goim.Benchmarks.Load;

/// <summary>Receives an HTTP/1.1 response, with a Content-Length or chunked, and finds its end.</summary>
internal sealed class HttpResponseBuffer
{
    private byte[] buffer = new byte[16 * 1024];
    private int length, body, bodyLength;
    private bool isChunked;

    /// <summary>Free space to receive into. Never empty.</summary>
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

    /// <summary>
    /// Whether the status is 200 and the body has <c>ret</c> 1 as its first member, or as its last: goim writes members in alphabetical
    /// order. For a batch, whether no line has <c>ret</c> 65535.
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

    /// <summary>The status code.</summary>
    public int Status => int.Parse(buffer.AsSpan(9, 3), CultureInfo.InvariantCulture);

    /// <summary>The body as it was received, with the sizes of its chunks if it has any.</summary>
    public string Body => Encoding.UTF8.GetString(buffer, body, length - body);

    /// <summary>The status and the first line of the body, for people.</summary>
    public override string ToString() => $"{Status} {Body.Split('\n').Skip(isChunked ? 1 : 0).FirstOrDefault()?.Trim()}".Trim();

    /// <summary>Discards the response. Call it before each request.</summary>
    public void Clear() => (length, body) = (0, 0);

    /// <summary>Adds <paramref name="read"/> bytes that were received into <see cref="Free"/>.</summary>
    /// <returns>True when the response is complete.</returns>
    /// <exception cref="IOException">The response has neither a Content-Length nor chunks.</exception>
    public bool Add(int read)
    {
        length += read;
        if (body == 0 && !ReadHead())
        {
            return false;
        }

        return isChunked ? EndsInLastChunk() : length >= body + bodyLength;
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

        return isChunked || bodyLength >= 0 ? true : throw new IOException("the response has no length.");
    }

    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && System.Text.Ascii.EqualsIgnoreCase(line[..name.Length], name)
            ? line[name.Length..].TrimStart((byte)' ')
            : [];

    // A chunk is its size in hexadecimal, CRLF, the data, CRLF. The last chunk has size 0. The body is not decoded.
    private bool EndsInLastChunk()
    {
        for (var chunk = body; chunk < length;)
        {
            var rest = buffer.AsSpan(chunk, length - chunk);
            var lineLength = rest.IndexOf("\r\n"u8);
            if (lineLength < 0 || !Utf8Parser.TryParse(rest, out int size, out _, 'x'))
            {
                return false;
            }

            chunk += lineLength + 2 + size + 2;
            if (size == 0)
            {
                return chunk <= length;
            }
        }

        return false;
    }
}
