using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Goim.Logic.Input;

/// <summary>A small JSON object that a comet sends, read member by member. Unknown members are ignored; the last of a repeated one wins.</summary>
internal readonly struct JsonBody
{
    private readonly JsonElement root;

    private JsonBody(JsonElement root) => this.root = root;

    /// <summary>Reads <paramref name="body"/>; <paramref name="shape"/> is what the error says was expected.</summary>
    public static Outcome<JsonBody> Parse(ReadOnlyMemory<byte> body, string shape)
    {
        if (Utf8.IsValid(body.Span))
        {
            try
            {
                var root = JsonElement.Parse(body.Span);
                if (root.ValueKind == JsonValueKind.Object)
                {
                    return new JsonBody(root);
                }
            }
            catch (JsonException)
            {
                // Not JSON: refused below, like JSON of another shape.
            }
        }

        return new Problem(ProblemKind.BadInput, $"body is {(body.IsEmpty ? "empty" : "not a JSON object")}: expected {shape}.");
    }

    /// <summary>A text that must be there.</summary>
    public bool TryGetString(string name, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out Problem? problem)
    {
        value = root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        problem = value is null ? Wrong(name, "a string") : null;
        return problem is null;
    }

    /// <summary>A number that must be there.</summary>
    public bool TryGetInt32(string name, out int value, [NotNullWhen(false)] out Problem? problem)
    {
        value = 0;
        problem = root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out value)
            ? null
            : Wrong(name, $"a whole number from {int.MinValue} to {int.MaxValue}");
        return problem is null;
    }

    /// <summary>A number that may be left out: null then.</summary>
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

    private Problem Wrong(string name, string expected) => new(
        ProblemKind.BadInput,
        root.TryGetProperty(name, out var member)
            ? $"{name} is {(member.ValueKind == JsonValueKind.String ? "a string" : Quoted.Of(member.GetRawText()))}: expected {expected}."
            : $"{name} is missing: expected {expected}.");
}
