using System.Text;
using System.Text.Json;
using Goim.Logic.Input;

namespace Goim.Logic.Push.Batch;

/// <summary>
/// One line of a batch: <c>{"uid":42,"m":…}</c>, <c>{"u":[…],"m":…}</c>, <c>{"rid":1,"ensure":true,"m":…}</c> or
/// <c>{"all":true,"m":…}</c>.
/// </summary>
/// <param name="Target">The recipients.</param>
/// <param name="UserIds">The users of a <see cref="PushKind.Users"/> or <see cref="PushKind.User"/> push: each once, in order.</param>
/// <param name="Message">The raw text of <c>m</c>, byte for byte.</param>
internal sealed record BatchLine(PushTarget Target, ReadOnlyMemory<long> UserIds, ReadOnlyMemory<byte> Message)
{
    private const string Shape = """{"uid":42,"m":…}, {"u":[42,43],"m":…}, {"rid":1,"ensure":true,"m":…} or {"all":true,"m":…}""";

    private static readonly string[] Members = ["m", "uid", "u", "rid", "ensure", "all"];

    /// <summary>
    /// Reads a line. More than <paramref name="maxUsers"/> ids are refused. Members match exactly. The last of a repeated one wins.
    /// </summary>
    public static Outcome<BatchLine> Parse(ReadOnlyMemory<byte> line, int maxUsers)
    {
        try
        {
            return new Reading(line, maxUsers).Read();
        }
        catch (JsonException invalid)
        {
            return Refused(
                $"it is no JSON at byte {invalid.BytePositionInLine}: expected {Shape}, nested {PushJson.MaxDepth} levels at most.");
        }
    }

    private static Problem Refused(string error) => new(ProblemKind.BadInput, error);

    private struct Reading(ReadOnlyMemory<byte> line, int maxUsers)
    {
        private ReadOnlyMemory<byte>? message;
        private long? userId;
        private long[]? userIds;
        private int? roomId;
        private bool? ensure;
        private bool all;
        private Problem? problem;

        public Outcome<BatchLine> Read()
        {
            var reader = new Utf8JsonReader(line.Span, PushJson.Strict);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return Refused($"it is a JSON {PushJson.Name(reader.TokenType)}: expected {Shape}.");
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
                case "uid":
                    userId = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var user)
                        ? user
                        : Wrong<long>(ref reader, name, $"a whole number from {long.MinValue} to {long.MaxValue}");
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
                default:
                    problem ??= Refused($"it has a member {name}: expected {Shape}.");
                    break;
            }

            reader.Skip();
        }

        // An unknown name is quoted for the error. It need not be valid text.
        private static string NameOf(ref Utf8JsonReader reader)
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

        private Outcome<BatchLine> ToLine()
        {
            var targets = (userId is null ? 0 : 1) + (userIds is null ? 0 : 1) + (roomId is null ? 0 : 1) + (all ? 1 : 0);
            if (targets != 1)
            {
                return Refused($"it has {targets} of uid, u, rid and all: expected one, {Shape}.");
            }

            if (message is not { } present)
            {
                return Refused($"m is missing: expected {Shape}.");
            }

            if (ensure is not null && roomId is null)
            {
                return Refused("ensure comes without rid: expected it with a room only.");
            }

            return userId is { } user ? new BatchLine(new PushTarget(PushKind.User, user), new[] { user }, present)
                : userIds is not null ? new BatchLine(new PushTarget(PushKind.Users), userIds, present)
                : roomId is { } room ? new BatchLine(new PushTarget(PushKind.Room, RoomId: room, Ensure: ensure ?? false), default, present)
                : new BatchLine(new PushTarget(PushKind.All), default, present);
        }
    }
}
