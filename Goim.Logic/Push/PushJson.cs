using System.Text;
using System.Text.Json;
using Goim.Logic.Input;
using Goim.Protocol;

namespace Goim.Logic.Push;

/// <summary>JSON that the bodies of pushes have in common.</summary>
internal static class PushJson
{
    /// <summary>Go's <c>encoding/json</c>, maxNestingDepth.</summary>
    public const int MaxDepth = 10_000;

    /// <summary>Bytes of a sub key whose characters are all escaped.</summary>
    private const int LongestSubKey = 6 * SubKey.MaxLength;

    public static readonly JsonReaderOptions Strict = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>
    /// The problem of a member that belongs into the query, and must not be ignored: <c>except</c> or <c>ttl</c>. Null for another one.
    /// </summary>
    /// <param name="reader">Stands at the name.</param>
    public static Problem? InWrongPlace(ref Utf8JsonReader reader)
    {
        var name = reader.ValueIsEscaped ? null
            : reader.ValueTextEquals("except"u8) ? "except"
            : reader.ValueTextEquals("ttl"u8) ? "ttl"
            : null;
        return name is null ? null : new Problem(ProblemKind.BadInput, $"{name} is in the body: expected it in the query.");
    }

    /// <summary>Reads the value of <c>u</c>: each id once, in order. Null and a problem if it is no array.</summary>
    /// <param name="reader">Stands at the value.</param>
    /// <param name="maxUsers">Most ids.</param>
    /// <param name="problem">The first problem of the body. It is not overwritten.</param>
    // Reading goes on after a problem: a body that is no JSON is reported as such, whatever else is wrong with it.
    public static UserIds? ReadUserIds(ref Utf8JsonReader reader, int maxUsers, ref Problem? problem)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            problem ??= new Problem(ProblemKind.BadInput, $"u is {Shown(ref reader)}: expected an array of user ids.");
            reader.Skip();
            return null;
        }

        var userIds = new UserIds();
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

        userIds.MakeDistinct();
        return userIds;
    }

    /// <summary>Reads the value of <c>except</c>. Null and a problem if it is no array.</summary>
    /// <param name="reader">Stands at the value.</param>
    /// <param name="problem">The first problem of the body. It is not overwritten.</param>
    public static List<SubKey>? ReadExcept(ref Utf8JsonReader reader, ref Problem? problem)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            problem ??= new Problem(ProblemKind.BadInput, $"except is {Shown(ref reader)}: expected an array of sub keys.");
            reader.Skip();
            return null;
        }

        var except = new List<SubKey>();
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (!TryGetSubKey(ref reader, out var key))
            {
                problem ??= PushRestriction.NoKey(index, Shown(ref reader));
                reader.Skip();
            }
            else if (index < PushRestriction.MaxExcept)
            {
                except.Add(key);
            }
            else
            {
                problem ??= PushRestriction.TooMany(PushRestriction.MaxExcept);
            }
        }

        return except;
    }

    /// <summary>Reads a text that is a sub key. False for any other value.</summary>
    public static bool TryGetSubKey(ref Utf8JsonReader reader, out SubKey key)
    {
        key = default;
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > LongestSubKey)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[LongestSubKey];
        try
        {
            return SubKey.TryParse(text[..reader.CopyString(text)], out key);
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 may be half of a surrogate pair.
            return false;
        }
    }

    /// <summary>A value, for an error. Says that <c>"42"</c> is a string, since the quotes of the message do not.</summary>
    public static string Shown(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => Text(ref reader),
        JsonTokenType.String => $"the string {Text(ref reader)}",
        _ => Name(reader.TokenType),
    };

    /// <summary>Name of a JSON type, for an error.</summary>
    public static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.Null => "null",
        _ => "boolean",
    };

    private static string Text(ref Utf8JsonReader reader) =>
        Quoted.Of(Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 512)]));
}
