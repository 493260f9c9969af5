using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Goim.Logic.Input;

/// <summary>
/// Reads a JSON object, member by member, in its own bytes. Makes no document of it. Ignores unknown members. The last of repeated members
/// wins.
/// </summary>
internal readonly struct JsonBody
{
    /// <summary>What an error says where an int64 is expected.</summary>
    public static readonly string WholeNumber = $"a whole number from {long.MinValue} to {long.MaxValue}";

    private readonly ReadOnlyMemory<byte> text;
    private readonly string? array;
    private readonly int index;
    private readonly JsonMembers? members;

    private JsonBody(ReadOnlyMemory<byte> text, string? array, int index, JsonMembers? members) =>
        (this.text, this.array, this.index, this.members) = (text, array, index, members);

    /// <summary>An entry of an array.</summary>
    /// <param name="text">An object that <see cref="JsonText"/> has checked.</param>
    /// <param name="array">Name of the array, for errors.</param>
    /// <param name="index">Place in the array.</param>
    /// <param name="members">Its members. Null if they are to be looked for in the text.</param>
    public static JsonBody OfEntry(ReadOnlyMemory<byte> text, string array, int index, JsonMembers? members) =>
        new(text, array, index, members);

    /// <summary>Reads a body of UTF-8 JSON. <paramref name="shape"/> is what the error says was expected.</summary>
    public static Outcome<JsonBody> Parse(ReadOnlyMemory<byte> body, string shape) =>
        JsonText.IsObject(body.Span) ? new JsonBody(body, null, 0, null) : NoObject(body, shape);

    /// <summary>The problem of a body that is no JSON object.</summary>
    public static Problem NoObject(ReadOnlyMemory<byte> body, string shape) =>
        new(ProblemKind.BadInput, $"body is {(body.IsEmpty ? "empty" : "not a JSON object")}: expected {shape}.");

    /// <summary>Reads a required text.</summary>
    public bool TryGetString(string name, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out Problem? problem)
    {
        value = Find(name) is { Type: JsonTokenType.String } member ? member.GetString() : null;
        problem = value is not null ? null
            : Find(name) is { Type: JsonTokenType.Number } number ? number.Wrong(PathOf(name), "a string", "the number ")
            : Wrong(name, "a string");
        return problem is null;
    }

    /// <summary>Reads a required text that no error may quote.</summary>
    public bool TryGetSecret(string name, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out Problem? problem)
    {
        var member = Find(name);
        value = member is { Type: JsonTokenType.String } text ? text.GetString() : null;
        problem = value is not null ? null : member?.WrongSecret(PathOf(name), "a string") ?? Wrong(name, "a string");
        return problem is null;
    }

    /// <summary>Reads a required int32.</summary>
    public bool TryGetInt32(string name, out int value, [NotNullWhen(false)] out Problem? problem)
    {
        value = 0;
        problem = Find(name) is { Type: JsonTokenType.Number } member && member.TryGetInt32(out value)
            ? null
            : Wrong(name, $"a whole number from {int.MinValue} to {int.MaxValue}");
        return problem is null;
    }

    /// <summary>Whether there is a member of that name.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>Reads a required int64.</summary>
    public bool TryGetInt64(string name, out long value, [NotNullWhen(false)] out Problem? problem)
    {
        value = 0;
        problem = Find(name) is { Type: JsonTokenType.Number } member && member.TryGetInt64(out value) ? null : Wrong(name, WholeNumber);
        return problem is null;
    }

    /// <summary>The problem of a member that is missing or has a wrong value.</summary>
    public Problem Wrong(string name, string expected) => Find(name) is { } member
        ? member.Wrong(PathOf(name), expected)
        : new Problem(ProblemKind.BadInput, $"{PathOf(name)} is missing: expected {expected}.");

    /// <summary>The problem of a text that is not valid.</summary>
    public Problem WrongText(string name, string text, string expected) =>
        new(ProblemKind.BadInput, $"{PathOf(name)} is {Quoted.Of(text)}: expected {expected}.");

    /// <summary>Reads an optional int32. Null if the member is missing.</summary>
    public bool TryGetOptionalInt32(string name, out int? value, [NotNullWhen(false)] out Problem? problem)
    {
        (value, problem) = (null, null);
        if (!Has(name))
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

    /// <summary>Reads an optional true or false. False if the member is missing.</summary>
    public bool TryGetOptionalBoolean(string name, out bool value, [NotNullWhen(false)] out Problem? problem)
    {
        var member = Find(name);
        value = member is { Type: JsonTokenType.True };
        problem = member is null or { Type: JsonTokenType.True or JsonTokenType.False } ? null : Wrong(name, "true or false");
        return problem is null;
    }

    // Such as userId, or puts[0].userId.
    private string PathOf(string name) => array is null ? name : $"{array}[{index}].{name}";

    // The last member of that name. An object has few members, so each is looked for by itself.
    private JsonValue? Find(string name)
    {
        if (members is not null)
        {
            return members.Find(name);
        }

        JsonValue? found = null;
        var reader = new Utf8JsonReader(text.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFound = reader.ValueTextEquals(name);
            reader.Read();
            var value = JsonValue.Read(ref reader, text);
            found = isFound ? value : found;
        }

        return found;
    }
}
