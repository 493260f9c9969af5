using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Goim.Protocol;

namespace Goim.Logic.Input;

/// <summary>
/// Reads a raw query string as Go's <c>net/url</c> does: names are case-sensitive, the first value of a repeated name wins, <c>+</c> is a
/// space, and a malformed pair (a bad <c>%</c> escape, or a <c>;</c>) is ignored.
/// </summary>
public readonly struct RawQuery
{
    /// <summary>What an error says where a sub key is expected.</summary>
    internal const string SubKeyForm = "a sub key, user id and seq with _ between, such as 42_1";

    private readonly string url;
    private readonly int start;

    private RawQuery(string url, int start)
    {
        this.url = url;
        this.start = start;
    }

    /// <summary>The query of a URL.</summary>
    /// <param name="url">As received, not normalised.</param>
    public static RawQuery Of(string url)
    {
        var mark = url.IndexOf('?', StringComparison.Ordinal);
        return new RawQuery(url, mark < 0 ? url.Length : mark + 1);
    }

    /// <summary>The first value of <paramref name="name"/>, decoded. Null if the query does not have it.</summary>
    public string? this[string name] => Find(name, QueryEscapes.Decode);

    /// <summary>Reads an optional text, as UTF-8. Empty if it is missing.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="maxBytes">Most bytes.</param>
    /// <param name="value">The text.</param>
    /// <param name="problem">The problem, or null.</param>
    public bool TryGetUtf8(string name, int maxBytes, out byte[] value, [NotNullWhen(false)] out Problem? problem)
    {
        value = Find(name, QueryEscapes.DecodeBytes) ?? [];
        problem = !Utf8.IsValid(value) ? new Problem(ProblemKind.BadInput, $"{name} is no text in UTF-8: expected one, escaped.")
            : value.Length > maxBytes
                ? new Problem(ProblemKind.BadInput, $"{name} has {value.Length} bytes: expected {maxBytes} at most.")
            : null;
        return problem is null;
    }

    /// <summary>Reads a required int64.</summary>
    public bool TryGetInt64(string name, out long value, [NotNullWhen(false)] out Problem? problem)
    {
        var text = this[name];
        problem = GoInt.TryParse(text, out value) ? null : NotANumber(name, text, long.MinValue, long.MaxValue);
        return problem is null;
    }

    /// <summary>Reads a required int32.</summary>
    public bool TryGetInt32(string name, out int value, [NotNullWhen(false)] out Problem? problem)
    {
        var text = this[name];
        problem = GoInt.TryParse(text, out value) ? null : NotANumber(name, text, int.MinValue, int.MaxValue);
        return problem is null;
    }

    /// <summary>Reads an optional int32 in a range. An empty value counts as missing.</summary>
    public bool TryGetInt32(
        string name, int whenMissing, int min, int max, out int value, [NotNullWhen(false)] out Problem? problem)
    {
        var text = this[name];
        value = whenMissing;
        problem = string.IsNullOrEmpty(text) || (GoInt.TryParse(text, out value) && value >= min && value <= max)
            ? null
            : NotANumber(name, text, min, max);
        return problem is null;
    }

    /// <summary>Reads a required sub key.</summary>
    public bool TryGetSubKey(string name, out SubKey value, [NotNullWhen(false)] out Problem? problem)
    {
        var text = this[name];
        problem = SubKey.TryParse(text, out value)
            ? null
            : new Problem(
                ProblemKind.BadInput, $"{name} is {(text is null ? "missing" : Quoted.Of(text))}: expected {SubKeyForm}.");
        return problem is null;
    }

    /// <summary>True if Go's <c>strconv.ParseBool</c> takes the value as true. False for anything else.</summary>
    public bool IsTrue(string name) => this[name] is "1" or "t" or "T" or "TRUE" or "true" or "True";

    /// <summary>Reads an optional boolean as Go's <c>strconv.ParseBool</c> does. False if it is missing.</summary>
    public bool TryGetBool(string name, out bool value, [NotNullWhen(false)] out Problem? problem)
    {
        value = IsTrue(name);
        problem = value || this[name] is null or "0" or "f" or "F" or "FALSE" or "false" or "False"
            ? null
            : new Problem(ProblemKind.BadInput, $"{name} is {Quoted.Of(this[name]!)}: expected true or false.");
        return problem is null;
    }

    /// <summary>
    /// The problem of a pair of that name that is malformed, or comes a second time, for a parameter of which nothing must be overlooked.
    /// Null if there is none.
    /// </summary>
    public Problem? Overlooked(string name)
    {
        var query = url.AsSpan(start);
        if (!query.Contains(name, StringComparison.Ordinal) && !query.Contains('%'))
        {
            return null;
        }

        var isFound = false;
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOfAny('=', ';');
            if (!IsName(equals < 0 ? pair : pair[..equals], name))
            {
                continue;
            }

            if (isFound)
            {
                return new Problem(ProblemKind.BadInput, $"{name} comes twice: expected it once.");
            }

            isFound = true;
            if (pair.Contains(';') || QueryEscapes.Decode(pair) is null)
            {
                return new Problem(
                    ProblemKind.BadInput, $"{name} is malformed in {Quoted.Of(pair.ToString())}: expected its value with % and ; escaped.");
            }
        }

        return null;
    }

    private static Problem NotANumber(string name, string? text, long min, long max) => new(
        ProblemKind.BadInput,
        text is null
            ? $"{name} is missing: expected a whole number from {min} to {max}."
            : $"{name} is {Quoted.Of(text)}: expected a whole number from {min} to {max}.");

    private static bool IsName(ReadOnlySpan<char> raw, string name) =>
        raw.ContainsAny('%', '+') ? QueryEscapes.Decode(raw) == name : raw.SequenceEqual(name);

    // The first value of that name which is not malformed.
    private T? Find<T>(string name, Decoder<T> decode)
        where T : class
    {
        var rest = url.AsSpan(start);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf('&');
            var pair = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (pair.IsEmpty || pair.Contains(';'))
            {
                continue;
            }

            var equals = pair.IndexOf('=');
            var rawName = equals < 0 ? pair : pair[..equals];
            var rawValue = equals < 0 ? default : pair[(equals + 1)..];
            if (IsName(rawName, name) && decode(rawValue) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    private delegate T? Decoder<T>(ReadOnlySpan<char> raw)
        where T : class;
}
