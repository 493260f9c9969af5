using System.Text.Json;

namespace Goim.Logic.Push;

/// <summary>The body of <c>/1/pushs</c>: <c>{"m":any JSON,"u":[user ids]}</c>.</summary>
/// <param name="Message">The raw text of <c>m</c>, byte for byte, even where it is not UTF-8.</param>
/// <param name="UserIds">The ids of <c>u</c>, each once, in order. Dispose them after use.</param>
/// <remarks>Members match as in Go's <c>encoding/json</c>: exactly, or else ignoring case. The last one wins.</remarks>
internal readonly record struct PushsBody(ReadOnlyMemory<byte> Message, UserIds UserIds)
{
    private const string Shape = """{"m":any JSON,"u":[user ids]}""";

    /// <summary>Reads a body. More than <paramref name="maxUsers"/> ids are refused.</summary>
    public static Outcome<PushsBody> Parse(ReadOnlyMemory<byte> body, int maxUsers)
    {
        if (body.IsEmpty)
        {
            return Refused($"body is empty: expected {Shape}.");
        }

        try
        {
            return Read(body, maxUsers);
        }
        catch (JsonException invalid)
        {
            return Refused(
                $"body is no JSON at line {invalid.LineNumber + 1}, byte {invalid.BytePositionInLine}: "
                + $"expected {Shape}, nested {PushJson.MaxDepth} levels at most.");
        }
    }

    private static Outcome<PushsBody> Read(ReadOnlyMemory<byte> body, int maxUsers)
    {
        var reader = new Utf8JsonReader(body.Span, PushJson.Strict);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Refused($"body is a JSON {PushJson.Name(reader.TokenType)}: expected {Shape}.");
        }

        ReadOnlyMemory<byte>? message = null;
        Problem? problem = null;
        UserIds? userIds = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = Member(ref reader);
            problem ??= member == ' ' ? PushJson.InWrongPlace(ref reader) : null;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (member == 'u')
            {
                userIds = PushJson.ReadUserIds(ref reader, maxUsers, ref problem);
            }
            else
            {
                reader.Skip();
            }

            if (member == 'm')
            {
                message = body[start..(int)reader.BytesConsumed];
            }
        }

        // Reads the rest, which may only be white space.
        reader.Read();
        if (problem is not null)
        {
            return problem;
        }

        if (message is not { } present)
        {
            return Refused($"m is missing: expected {Shape}.");
        }

        return userIds is null
            ? Refused($"u is missing: expected {Shape}.")
            : new PushsBody(present, userIds);
    }

    // Go folds only the other case of the letter to these names.
    private static char Member(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length is 1)
        {
            return (char)(reader.ValueSpan[0] | 0x20);
        }

        // "m" may be written as \u006d.
        return reader.ValueSpan is not [(byte)'\\', (byte)'u', (byte)'0', (byte)'0', _, _] ? ' '
            : reader.ValueTextEquals("m"u8) || reader.ValueTextEquals("M"u8) ? 'm'
            : reader.ValueTextEquals("u"u8) || reader.ValueTextEquals("U"u8) ? 'u'
            : ' ';
    }

    private static Problem Refused(string error) => new(ProblemKind.BadInput, error);
}
