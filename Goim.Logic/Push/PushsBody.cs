using System.Text.Json;

namespace Goim.Logic.Push;

/// <summary>The body of <c>/1/pushs</c>: <c>{"m":any JSON,"u":[user ids]}</c>.</summary>
/// <param name="Message">The raw text of <c>m</c>, byte for byte, even where it is not UTF-8.</param>
/// <param name="UserIds">The ids of <c>u</c>, each once, in order.</param>
/// <remarks>Members are matched as Go's <c>encoding/json</c> matches them: exactly or else ignoring case, the last one wins.</remarks>
internal readonly record struct PushsBody(ReadOnlyMemory<byte> Message, ReadOnlyMemory<long> UserIds)
{
    private const string Shape = """{"m":any JSON,"u":[user ids]}""";

    /// <summary>Go's encoding/json maxNestingDepth.</summary>
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 10_000, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>Reads a body; ids above <paramref name="maxUsers"/> are refused.</summary>
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
            return Refused($"body is no JSON at line {invalid.LineNumber + 1}, byte {invalid.BytePositionInLine}: expected {Shape}, nested 10000 levels at most.");
        }
    }

    private static Outcome<PushsBody> Read(ReadOnlyMemory<byte> body, int maxUsers)
    {
        var reader = new Utf8JsonReader(body.Span, Strict);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Refused($"body is a JSON {Name(reader.TokenType)}: expected {Shape}.");
        }

        ReadOnlyMemory<byte>? message = null;
        Problem? problem = null;
        List<long>? userIds = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = Member(ref reader);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (member == 'u')
            {
                userIds = ReadUserIds(ref reader, maxUsers, ref problem);
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

        // Reads what is left, which may only be white space.
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
            : new PushsBody(present, Distinct(userIds));
    }

    // The only names that Go folds to these are the other case of the letter.
    private static char Member(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length is 1)
        {
            return (char)(reader.ValueSpan[0] | 0x20);
        }

        // "m" written as \u006d.
        return reader.ValueSpan is not [(byte)'\\', (byte)'u', (byte)'0', (byte)'0', _, _] ? ' '
            : reader.ValueTextEquals("m"u8) || reader.ValueTextEquals("M"u8) ? 'm'
            : reader.ValueTextEquals("u"u8) || reader.ValueTextEquals("U"u8) ? 'u'
            : ' ';
    }

    // The first problem stands, but the reading goes on: a body that is no JSON is that first of all.
    private static List<long>? ReadUserIds(ref Utf8JsonReader reader, int maxUsers, ref Problem? problem)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            problem ??= new Problem(ProblemKind.BadInput, $"u is {Shown(ref reader)}: expected an array of user ids.");
            reader.Skip();
            return null;
        }

        var userIds = new List<long>();
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var userId))
            {
                if (index < maxUsers)
                {
                    userIds.Add(userId);
                }
                else
                {
                    problem ??= new Problem(ProblemKind.TooLarge, $"u holds more than {maxUsers} user ids: expected {maxUsers} at most.");
                }

                continue;
            }

            problem ??= new Problem(
                ProblemKind.BadInput,
                $"u[{index}] is {Shown(ref reader)}: expected a whole number from {long.MinValue} to {long.MaxValue}.");
            reader.Skip();
        }

        return userIds;
    }

    private static string Shown(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.Number or JsonTokenType.String
        ? Input.Quoted.Of(System.Text.Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 512)]))
        : Name(reader.TokenType);

    private static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.Null => "null",
        _ => "boolean",
    };

    private static ReadOnlyMemory<long> Distinct(List<long> userIds)
    {
        var seen = new HashSet<long>(userIds.Count);
        userIds.RemoveAll(userId => !seen.Add(userId));
        return userIds.ToArray();
    }

    private static Problem Refused(string error) => new(ProblemKind.BadInput, error);
}
