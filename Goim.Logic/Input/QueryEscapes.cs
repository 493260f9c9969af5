using System.Text;

namespace Goim.Logic.Input;

/// <summary>Decodes names and values of a query, as Go's <c>net/url</c> does in QueryUnescape.</summary>
internal static class QueryEscapes
{
    /// <summary>The text. Null for a malformed escape.</summary>
    public static string? Decode(ReadOnlySpan<char> raw) =>
        !raw.ContainsAny('%', '+') ? raw.ToString() : DecodeBytes(raw) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The bytes. Null for a malformed escape.</summary>
    public static byte[]? DecodeBytes(ReadOnlySpan<char> raw)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(raw.Length)];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '%')
            {
                length += Encoding.UTF8.GetBytes(raw[i] == '+' ? " " : raw.Slice(i, 1), bytes.AsSpan(length));
                continue;
            }

            if (i + 2 >= raw.Length || !char.IsAsciiHexDigit(raw[i + 1]) || !char.IsAsciiHexDigit(raw[i + 2]))
            {
                return null;
            }

            bytes[length++] = (byte)((HexValue(raw[i + 1]) << 4) | HexValue(raw[i + 2]));
            i += 2;
        }

        return bytes[..length];
    }

    private static int HexValue(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
