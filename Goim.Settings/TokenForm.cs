namespace Goim.Settings;

/// <summary>The form of the secrets that calls carry: the token that router nodes ask for, and the key of a caller of the app.</summary>
public static class TokenForm
{
    public const int MinLength = 16, MaxLength = 256;

    /// <summary>The form in words, for a message.</summary>
    public const string Expected = "16 to 256 printable ASCII characters without blanks and commas";

    /// <summary>Whether the text has that form.</summary>
    public static bool IsValid(ReadOnlySpan<char> token) =>
        token.Length is >= MinLength and <= MaxLength && !token.ContainsAnyExceptInRange('!', '~') && !token.Contains(',');
}
