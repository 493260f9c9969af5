using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Goim.Logic.Input;

/// <summary>Reads a JSON object, member by member. Ignores unknown members. The last of repeated members wins.</summary>
internal readonly struct JsonBody
{
    private static readonly string WholeNumber = $"a whole number from {long.MinValue} to {long.MaxValue}";

    private readonly JsonElement root;
    private readonly string path;

    private JsonBody(JsonElement root, string path)
    {
        this.root = root;
        this.path = path;
    }

    /// <summary>Reads a body of UTF-8 JSON. <paramref name="shape"/> is what the error says was expected.</summary>
    public static Outcome<JsonBody> Parse(ReadOnlyMemory<byte> body, string shape)
    {
        if (Utf8.IsValid(body.Span))
        {
            try
            {
                var root = JsonElement.Parse(body.Span);
                if (root.ValueKind == JsonValueKind.Object && HoldsText(body.Span))
                {
                    return new JsonBody(root, "");
                }
            }
            catch (JsonException)
            {
                // Not JSON. Refused below, as JSON of another shape is.
            }
        }

        return new Problem(ProblemKind.BadInput, $"body is {(body.IsEmpty ? "empty" : "not a JSON object")}: expected {shape}.");
    }

    // An escape such as \ud800 may be half of a surrogate pair, which is no text.
    private static bool HoldsText(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\\u"u8) < 0)
        {
            return true;
        }

        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null;
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads a required text.</summary>
    public bool TryGetString(string name, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out Problem? problem)
    {
        value = root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        problem = value is null ? Wrong(name, "a string") : null;
        return problem is null;
    }

    /// <summary>Reads a required int32.</summary>
    public bool TryGetInt32(string name, out int value, [NotNullWhen(false)] out Problem? problem)
    {
        value = 0;
        problem = root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out value)
            ? null
            : Wrong(name, $"a whole number from {int.MinValue} to {int.MaxValue}");
        return problem is null;
    }

    /// <summary>Whether there is a member of that name.</summary>
    public bool Has(string name) => root.TryGetProperty(name, out _);

    /// <summary>Reads a required int64.</summary>
    public bool TryGetInt64(string name, out long value, [NotNullWhen(false)] out Problem? problem)
    {
        value = 0;
        problem = root.TryGetProperty(name, out var member) && IsInt64(member, out value) ? null : Wrong(name, WholeNumber);
        return problem is null;
    }

    /// <summary>Reads a required array of int64, with at most <paramref name="most"/> entries.</summary>
    public bool TryGetInt64s(
        string name, int most, [NotNullWhen(true)] out long[]? values, [NotNullWhen(false)] out Problem? problem)
    {
        values = null;
        if (!TryGetArray(name, most, out var array, out problem))
        {
            return false;
        }

        var read = new long[array.GetArrayLength()];
        var i = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (!IsInt64(item, out read[i]))
            {
                problem = Wrong($"{name}[{i}]", item, WholeNumber);
                return false;
            }

            i++;
        }

        values = read;
        return true;
    }

    /// <summary>Reads a required array of objects, with at most <paramref name="most"/> entries.</summary>
    public bool TryGetObjects(
        string name, int most, [NotNullWhen(true)] out JsonBody[]? values, [NotNullWhen(false)] out Problem? problem)
    {
        values = null;
        if (!TryGetArray(name, most, out var array, out problem))
        {
            return false;
        }

        var read = new JsonBody[array.GetArrayLength()];
        var i = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                problem = Wrong($"{name}[{i}]", item, "an object");
                return false;
            }

            read[i] = new JsonBody(item, $"{path}{name}[{i}].");
            i++;
        }

        values = read;
        return true;
    }

    /// <summary>The problem of a member that is missing or has a wrong value.</summary>
    public Problem Wrong(string name, string expected) => root.TryGetProperty(name, out var member)
        ? Wrong(name, member, expected)
        : new Problem(ProblemKind.BadInput, $"{path}{name} is missing: expected {expected}.");

    /// <summary>The problem of a text that is not valid.</summary>
    public Problem WrongText(string name, string text, string expected) =>
        new(ProblemKind.BadInput, $"{path}{name} is {Quoted.Of(text)}: expected {expected}.");

    /// <summary>Reads an optional int32. Null if the member is missing.</summary>
    public bool TryGetOptionalInt32(string name, out int? value, [NotNullWhen(false)] out Problem? problem)
    {
        value = null;
        problem = null;
        if (!root.TryGetProperty(name, out _))
        {
            return true;
        }

        if (!TryGetInt32(name, out var number, out problem))
        {
            return false;
        }

        value = number;
        return true;
    }

    private static bool IsInt64(JsonElement member, out long value)
    {
        value = 0;
        return member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out value);
    }

    private bool TryGetArray(string name, int most, out JsonElement array, [NotNullWhen(false)] out Problem? problem)
    {
        problem = !root.TryGetProperty(name, out array) || array.ValueKind != JsonValueKind.Array ? Wrong(name, "an array")
            : array.GetArrayLength() is var count && count > most
                ? new Problem(ProblemKind.TooLarge, $"{path}{name} holds {count} entries: expected {most} at most.")
                : null;
        return problem is null;
    }

    private Problem Wrong(string name, JsonElement member, string expected) => new(
        ProblemKind.BadInput,
        $"{path}{name} is {Quoted.Of(member.GetRawText())}: expected {expected}.");
}
