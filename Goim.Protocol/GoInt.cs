using System.Globalization;

namespace Goim.Protocol;

/// <summary>Parses integers as Go's <c>strconv.ParseInt(s, 10, …)</c> does: an optional sign and ASCII digits, nothing else.</summary>
public static class GoInt
{
    /// <summary>Parses an int64. False if <paramref name="text"/> is not an integer or is out of range.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        return IsSignedDigits(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses an int32. False if <paramref name="text"/> is not an integer or is out of range.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        return IsSignedDigits(text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses an int64 in UTF-8. False if <paramref name="text"/> is not an integer or is out of range.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        return IsSignedDigits(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses an int32 in UTF-8. False if <paramref name="text"/> is not an integer or is out of range.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        return IsSignedDigits(text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    // .NET's own parsers also accept trailing NUL characters.
    private static bool IsSignedDigits(ReadOnlySpan<char> text)
    {
        if (text is ['+' or '-', ..])
        {
            text = text[1..];
        }

        return !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsSignedDigits(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'+' or (byte)'-', ..])
        {
            text = text[1..];
        }

        return !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
