using System.Text;
using System.Text.Json;
using Goim.Logic.Input;
using Goim.Protocol;

namespace Goim.Logic.Push.Batch;

/// <summary>Reads one line of a batch.</summary>
/// <param name="line">The line.</param>
/// <param name="maxUsers">Most ids of <c>u</c>.</param>
internal struct BatchLineReader(ReadOnlyMemory<byte> line, int maxUsers)
{
    private static readonly string[] Members = ["m", "uid", "u", "key", "rid", "ensure", "all", "except", "ttl"];

    private ReadOnlyMemory<byte>? message;
    private long? userId;
    private long[]? userIds;
    private SubKey? key;
    private int? roomId;
    private bool? ensure;
    private bool all;
    private List<SubKey>? except;
    private int? ttl;
    private Problem? problem;

    /// <summary>Reads the line. Call it once.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public Outcome<BatchLine> Read()
    {
        var reader = new Utf8JsonReader(line.Span, PushJson.Strict);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Refused($"it is a JSON {PushJson.Name(reader.TokenType)}: expected {BatchLine.Shape}.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember(ref reader);
        }

        // Reads the rest, which may only be white space.
        reader.Read();
        return problem is not null ? problem : ToLine();
    }

    // Reading goes on after a problem: a line that is no JSON is reported as such, whatever else is wrong with it.
    private void ReadMember(ref Utf8JsonReader reader)
    {
        var name = NameOf(ref reader);
        reader.Read();
        switch (name)
        {
            case "m":
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                message = line[start..(int)reader.BytesConsumed];
                return;
            case "u":
                using (var read = PushJson.ReadUserIds(ref reader, maxUsers, ref problem))
                {
                    userIds = read?.Memory.ToArray();
                }

                return;
            case "except":
                except = PushJson.ReadExcept(ref reader, ref problem);
                return;
            case "uid":
                userId = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var user)
                    ? user
                    : Wrong<long>(ref reader, name, $"a whole number from {long.MinValue} to {long.MaxValue}");
                break;
            case "key":
                key = PushJson.TryGetSubKey(ref reader, out var session)
                    ? session
                    : Wrong<SubKey>(ref reader, name, RawQuery.SubKeyForm);
                break;
            case "rid":
                roomId = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var room)
                    ? room
                    : Wrong<int>(ref reader, name, $"a whole number from {int.MinValue} to {int.MaxValue}");
                break;
            case "ensure":
                ensure = reader.TokenType is JsonTokenType.True or JsonTokenType.False
                    ? reader.GetBoolean()
                    : Wrong<bool>(ref reader, name, "true or false");
                break;
            case "all":
                all = reader.TokenType == JsonTokenType.True || (Wrong<bool>(ref reader, name, "true") ?? false);
                break;
            case "ttl":
                ttl = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var seconds)
                    ? seconds
                    : Wrong<int>(ref reader, name, PushRestriction.TimeForm);
                break;
            default:
                problem ??= Refused($"it has a member {name}: expected {BatchLine.Shape}.");
                break;
        }

        reader.Skip();
    }

    // The names of most lines come first.
    private static string NameOf(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        return reader.ValueIsEscaped ? UnusualNameOf(ref reader)
            : name.SequenceEqual("uid"u8) ? "uid"
            : name.SequenceEqual("m"u8) ? "m"
            : UnusualNameOf(ref reader);
    }

    // An unknown name is quoted for the error. It need not be valid text.
    private static string UnusualNameOf(ref Utf8JsonReader reader)
    {
        try
        {
            foreach (var name in Members)
            {
                if (reader.ValueTextEquals(name))
                {
                    return name;
                }
            }
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 may be half of a surrogate pair.
        }

        return Quoted.Of(Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 512)]));
    }

    private T? Wrong<T>(ref Utf8JsonReader reader, string name, string expected)
        where T : struct
    {
        problem ??= Refused($"{name} is {PushJson.Shown(ref reader)}: expected {expected}.");
        return null;
    }

    private readonly Outcome<BatchLine> ToLine()
    {
        var targets = (userId is null ? 0 : 1) + (userIds is null ? 0 : 1) + (key is null ? 0 : 1) + (roomId is null ? 0 : 1)
            + (all ? 1 : 0);
        if (targets != 1)
        {
            return Refused($"it has {targets} of uid, u, key, rid and all: expected one, {BatchLine.Shape}.");
        }

        if (message is not { } present)
        {
            return Refused($"m is missing: expected {BatchLine.Shape}.");
        }

        if (ensure is not null && roomId is null)
        {
            return Refused("ensure comes without rid: expected it with a room only.");
        }

        var target = userId is { } user ? PushTarget.OfUser(user)
            : userIds is not null ? PushTarget.Users
            : key is { } session ? PushTarget.OfKey(session)
            : roomId is { } room ? PushTarget.OfRoom(room, ensure ?? false)
            : PushTarget.All;
        if (!PushRestriction.Of(target.Kind, except, ttl).Is(out var restriction, out var refused))
        {
            return refused;
        }

        return new BatchLine(restriction is null ? target : target with { Restriction = restriction }, userIds, present);
    }

    private static Problem Refused(string error) => new(ProblemKind.BadInput, error);
}
