using System.Text;
using System.Text.Json;
using Goim.Logic.Input;

namespace Goim.Logic.Push;

/// <summary>What the bodies of pushes have in common as JSON.</summary>
internal static class PushJson
{
    /// <summary>Go's encoding/json maxNestingDepth.</summary>
    public const int MaxDepth = 10_000;

    public static readonly JsonReaderOptions Strict = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>Reads the value of <c>u</c>, each id once, in order; null, and a problem, if it is no array.</summary>
    // The first problem stands, but the reading goes on: a body that is no JSON is that first of all.
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

    /// <summary>A value as an error shows it.</summary>
    public static string Shown(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.Number or JsonTokenType.String
        ? Quoted.Of(Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 512)]))
        : Name(reader.TokenType);

    /// <summary>What a value is.</summary>
    public static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.Null => "null",
        _ => "boolean",
    };
}
