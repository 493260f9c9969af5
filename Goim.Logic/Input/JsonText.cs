using System.Text.Json;
using System.Text.Unicode;

namespace Goim.Logic.Input;

/// <summary>
/// Checks JSON before its members are read: it is UTF-8, nested 64 levels at most, and its strings hold text (an escape such as
/// <c>\ud800</c> may be half of a surrogate pair, which is none).
/// </summary>
internal static class JsonText
{
    /// <summary>Whether the body is one JSON object.</summary>
    public static bool IsObject(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            return false;
        }

        var reader = new Utf8JsonReader(body);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            Skip(ref reader);

            // Reads the rest, which may only be white space.
            return !reader.Read();
        }
        catch (Exception invalid) when (IsInvalid(invalid))
        {
            return false;
        }
    }

    /// <summary>Whether a reader threw because the body is no JSON, or a string of it holds no text.</summary>
    public static bool IsInvalid(Exception failure) => failure is JsonException or InvalidOperationException;

    /// <summary>Moves to the last token of a value, and checks the strings in it.</summary>
    public static void Skip(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        Check(ref reader);
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.CurrentDepth > depth)
            {
                Check(ref reader);
            }
        }
    }

    /// <summary>Checks the text of a string or of a member's name. Other tokens have none.</summary>
    /// <exception cref="InvalidOperationException">It is no text.</exception>
    public static void Check(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
        {
            _ = reader.GetString();
        }
    }
}
