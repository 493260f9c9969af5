using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Goim.Logic.Input;

/// <summary>A value in a body of JSON whose text <see cref="JsonText"/> has checked.</summary>
/// <param name="Type">Type of its first token.</param>
/// <param name="Text">Its text, byte for byte.</param>
internal readonly record struct JsonValue(JsonTokenType Type, ReadOnlyMemory<byte> Text)
{
    /// <summary>More bytes than an error quotes.</summary>
    private const int QuotedBytes = 512;

    /// <summary>Reads the value that <paramref name="reader"/> stands at, and checks the strings in it.</summary>
    /// <param name="reader">A reader of <paramref name="body"/>. Afterwards it stands at the last token of the value.</param>
    /// <param name="body">The bytes that are read.</param>
    public static JsonValue Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        var (type, start) = (reader.TokenType, (int)reader.TokenStartIndex);
        JsonText.Skip(ref reader);
        return new JsonValue(type, body[start..(int)reader.BytesConsumed]);
    }

    /// <summary>Reads a string.</summary>
    public string GetString()
    {
        var reader = new Utf8JsonReader(Text.Span);
        reader.Read();
        return reader.GetString()!;
    }

    /// <summary>Reads a number. False if it is no int32.</summary>
    public bool TryGetInt32(out int value) => Utf8Parser.TryParse(Text.Span, out value, out var length) && length == Text.Length;

    /// <summary>Reads a number. False if it is no int64.</summary>
    public bool TryGetInt64(out long value) => Utf8Parser.TryParse(Text.Span, out value, out var length) && length == Text.Length;

    /// <summary>The problem of a wrong value.</summary>
    /// <param name="path">Where it is in the body.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="kind">Said before the value, where its quotes could be taken for those of a string.</param>
    public Problem Wrong(string path, string expected, string kind = "") =>
        new(ProblemKind.BadInput, $"{path} is {kind}{Shown()}: expected {expected}.");

    /// <summary>The problem of a wrong value that may be a secret, such as a token: it is not quoted.</summary>
    /// <param name="path">Where it is in the body.</param>
    /// <param name="expected">What was expected.</param>
    public Problem WrongSecret(string path, string expected)
    {
        var kind = Type switch
        {
            JsonTokenType.String => "a string",
            JsonTokenType.Number => "a number",
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.Null => "null",
            _ => "true or false",
        };
        return new Problem(ProblemKind.BadInput, $"{path} is {kind}: expected {expected}.");
    }

    // Says that "42" is a string, since the quotes of the message do not.
    private string Shown() => Type == JsonTokenType.String ? $"the string {Quote(Text.Span[1..^1])}" : Quote(Text.Span);

    private static string Quote(ReadOnlySpan<byte> text) =>
        Quoted.Of(Encoding.UTF8.GetString(text[..Math.Min(text.Length, QuotedBytes)]));
}
