using System.Globalization;

namespace Goim.Protocol;

/// <summary>Reads integers as Go's <c>strconv.ParseInt(s, 10, …)</c> does: an optional sign and ASCII digits, nothing else.</summary>
public static class GoInt
{
    /// <summary>False if <paramref name="text"/> is no such integer or outside int64.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        return IsSignedDigits(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>False if <paramref name="text"/> is no such integer or outside int32.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        return IsSignedDigits(text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    // .NET alone would also take trailing NUL characters.
    private static bool IsSignedDigits(ReadOnlySpan<char> text)
    {
        if (text is ['+' or '-', ..])
        {
            text = text[1..];
        }

        return !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
    }
}
