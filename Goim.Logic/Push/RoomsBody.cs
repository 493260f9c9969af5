using System.Text;
using System.Text.Json;
using Goim.Protocol;

namespace Goim.Logic.Push;

/// <summary>The body of <c>/1/push/rooms</c>: <c>{"m":any JSON,"r":[rooms],"ensure":true}</c>.</summary>
/// <param name="Message">The raw text of <c>m</c>, byte for byte, even where it is not UTF-8.</param>
/// <param name="RoomIds">The rooms of <c>r</c>, each once, in order.</param>
/// <param name="Ensure">goim's flag, copied into the records.</param>
/// <remarks>Members match exactly, or else ignoring case, as those of <see cref="PushsBody"/>. The last one wins.</remarks>
internal sealed record RoomsBody(ReadOnlyMemory<byte> Message, int[] RoomIds, bool Ensure)
{
    /// <summary>Most rooms of one push.</summary>
    public const int MaxRooms = 10_000;

    private const string Shape = """{"m":any JSON,"r":[rooms],"ensure":true}""";
    private const string EnsureName = "ensure";

    /// <summary>Reads a body.</summary>
    public static Outcome<RoomsBody> Parse(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return Refused($"body is empty: expected {Shape}.");
        }

        try
        {
            return Read(body);
        }
        catch (JsonException invalid)
        {
            return Refused(
                $"body is no JSON at line {invalid.LineNumber + 1}, byte {invalid.BytePositionInLine}: "
                + $"expected {Shape}, nested {PushJson.MaxDepth} levels at most.");
        }
    }

    private static Outcome<RoomsBody> Read(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span, PushJson.Strict);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Refused($"body is a JSON {PushJson.Name(reader.TokenType)}: expected {Shape}.");
        }

        ReadOnlyMemory<byte>? message = null;
        Problem? problem = null;
        int[]? roomIds = null;
        var ensure = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isMessage, isRooms, isEnsure) = (Is(ref reader, "m"), Is(ref reader, "r"), Is(ref reader, EnsureName));
            problem ??= PushJson.InWrongPlace(ref reader);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isRooms)
            {
                roomIds = ReadRoomIds(ref reader, ref problem);
                continue;
            }

            if (isEnsure)
            {
                ensure = reader.TokenType == JsonTokenType.True;
                problem ??= reader.TokenType is JsonTokenType.True or JsonTokenType.False
                    ? null
                    : Refused($"ensure is {PushJson.Shown(ref reader)}: expected true or false.");
            }

            reader.Skip();
            message = isMessage ? body[start..(int)reader.BytesConsumed] : message;
        }

        // Reads the rest, which may only be white space.
        reader.Read();
        return problem is not null ? problem
            : message is not { } present ? Refused($"m is missing: expected {Shape}.")
            : roomIds is null ? Refused($"r is missing: expected {Shape}.")
            : new RoomsBody(present, roomIds, ensure);
    }

    // Reading goes on after a problem: a body that is no JSON is reported as such, whatever else is wrong with it.
    private static int[]? ReadRoomIds(ref Utf8JsonReader reader, ref Problem? problem)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            problem ??= Refused($"r is {PushJson.Shown(ref reader)}: expected an array of rooms.");
            reader.Skip();
            return null;
        }

        var (roomIds, seen) = (new List<int>(), new HashSet<int>(SeededIntComparer.Instance));
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var roomId))
            {
                problem ??= Refused(
                    $"r[{index}] is {PushJson.Shown(ref reader)}: expected a whole number from {int.MinValue} to {int.MaxValue}.");
                reader.Skip();
            }
            else if (index >= MaxRooms)
            {
                problem ??= new Problem(ProblemKind.TooLarge, $"r holds more than {MaxRooms} rooms: expected {MaxRooms} at most.");
            }
            else if (seen.Add(roomId))
            {
                roomIds.Add(roomId);
            }
        }

        return [.. roomIds];
    }

    // A name may have escapes, such as \u006d.
    private static bool Is(ref Utf8JsonReader reader, string name)
    {
        if (reader.ValueSpan.Length > 6 * EnsureName.Length)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[6 * EnsureName.Length];
        try
        {
            return Ascii.EqualsIgnoreCase(text[..reader.CopyString(text)], name);
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 may be half of a surrogate pair.
            return false;
        }
    }

    private static Problem Refused(string error) => new(ProblemKind.BadInput, error);
}
