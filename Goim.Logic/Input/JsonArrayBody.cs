using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Goim.Logic.Input;

/// <summary>
/// Reads a body with one array of many entries: <c>{"puts":[…]}</c>. Makes no document of it. Ignores other members. The last of repeated
/// members wins.
/// </summary>
internal sealed class JsonArrayBody
{
    private readonly string name;
    private readonly bool isSecret;
    private readonly List<JsonValue> entries = [];
    private JsonMembers? members;

    private JsonArrayBody(string name, bool isSecret) => (this.name, this.isSecret) = (name, isSecret);

    /// <summary>Number of entries.</summary>
    public int Count => entries.Count;

    /// <summary>Reads a body of UTF-8 JSON. Reading stops at the first entry above <paramref name="most"/>.</summary>
    /// <param name="body">The body.</param>
    /// <param name="name">The member with the array. It is required.</param>
    /// <param name="most">Most entries.</param>
    /// <param name="shape">What the error says was expected.</param>
    /// <param name="isSecret">Whether no error may quote the entries.</param>
    public static Outcome<JsonArrayBody> Parse(ReadOnlyMemory<byte> body, string name, int most, string shape, bool isSecret = false)
    {
        try
        {
            return (Utf8.IsValid(body.Span) ? Read(body, name, most, isSecret) : null) ?? JsonBody.NoObject(body, shape);
        }
        catch (Exception invalid) when (JsonText.IsInvalid(invalid))
        {
            return JsonBody.NoObject(body, shape);
        }
    }

    /// <summary>Reads an entry that must be an object. Read its members before the next entry.</summary>
    public bool TryGetObject(int index, out JsonBody entry, [NotNullWhen(false)] out Problem? problem)
    {
        var value = entries[index];
        if (value.Type != JsonTokenType.StartObject)
        {
            (entry, problem) = (default, value.Wrong($"{name}[{index}]", "an object"));
            return false;
        }

        members ??= new JsonMembers();
        (entry, problem) = (JsonBody.OfEntry(value.Text, name, index, members.TryRead(value.Text) ? members : null), null);
        return true;
    }

    /// <summary>Reads the entries, which must be int64.</summary>
    public bool TryGetInt64s([NotNullWhen(true)] out long[]? values, [NotNullWhen(false)] out Problem? problem)
    {
        (values, problem) = (new long[entries.Count], null);
        for (var i = 0; i < values.Length; i++)
        {
            if (entries[i].Type != JsonTokenType.Number || !entries[i].TryGetInt64(out values[i]))
            {
                problem = entries[i].Wrong($"{name}[{i}]", JsonBody.WholeNumber);
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads an entry that must be a text.</summary>
    /// <param name="index">Place of the entry.</param>
    /// <param name="called">What an error calls an entry: <c>token</c> for <c>token 3</c>.</param>
    /// <param name="value">The text.</param>
    /// <param name="problem">The problem, or null.</param>
    public bool TryGetString(
        int index, string called, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out Problem? problem)
    {
        var isText = entries[index].Type == JsonTokenType.String;
        value = isText ? entries[index].GetString() : null;
        problem = isText ? null : Wrong(entries[index], $"{called} {index + 1}", "a string");
        return isText;
    }

    private Problem Wrong(JsonValue value, string path, string expected) =>
        isSecret ? value.WrongSecret(path, expected) : value.Wrong(path, expected);

    // Null if the body is no object.
    private static Outcome<JsonArrayBody>? Read(ReadOnlyMemory<byte> body, string name, int most, bool isSecret)
    {
        var reader = new Utf8JsonReader(body.Span);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        Outcome<JsonArrayBody> read = new Problem(ProblemKind.BadInput, $"{name} is missing: expected an array.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            JsonText.Check(ref reader);
            var isArray = reader.ValueTextEquals(name);
            reader.Read();
            if (!isArray)
            {
                JsonText.Skip(ref reader);
                continue;
            }

            if (reader.TokenType != JsonTokenType.StartArray)
            {
                read = new JsonArrayBody(name, isSecret).Wrong(JsonValue.Read(ref reader, body), name, "an array");
                continue;
            }

            var array = new JsonArrayBody(name, isSecret);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (array.Count == most)
                {
                    return new Problem(ProblemKind.TooLarge, $"{name} holds {most + 1} entries or more: expected {most} at most.");
                }

                array.entries.Add(JsonValue.Read(ref reader, body));
            }

            read = array;
        }

        // Reads the rest, which may only be white space.
        reader.Read();
        return read;
    }
}
