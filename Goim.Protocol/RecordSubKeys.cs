using System.Text.Json;

namespace Goim.Protocol;

/// <summary>The sub keys of a push record, as they are in its value.</summary>
public readonly ref struct RecordSubKeys
{
    private const int LongestEscapedKey = 256;
    private readonly ReadOnlySpan<byte> array;

    private RecordSubKeys(ReadOnlySpan<byte> array, int count)
    {
        this.array = array;
        Count = count;
    }

    public int Count { get; }

    /// <summary>Whether the record has no such member, or null.</summary>
    public bool IsMissing => array.IsEmpty;

    /// <summary>Finds the end of the array. False if it is not an array of strings; null counts as an empty one.</summary>
    /// <param name="json">Is at the name of the member, and then at the end of the array.</param>
    /// <param name="value">What <paramref name="json"/> reads. The result refers to it.</param>
    /// <param name="keys">The sub keys.</param>
    internal static bool TryFind(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> value, out RecordSubKeys keys)
    {
        keys = default;
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return json.TokenType == JsonTokenType.Null;
        }

        var start = (int)json.TokenStartIndex;
        var count = 0;
        while (json.Read() && json.TokenType == JsonTokenType.String)
        {
            count++;
        }

        keys = new RecordSubKeys(value[start..(int)json.BytesConsumed], count);
        return json.TokenType == JsonTokenType.EndArray;
    }

    /// <summary>Reads the sub keys. False if a string is none.</summary>
    /// <param name="keys">Takes them: <see cref="Count"/> places at least.</param>
    public bool TryRead(Span<SubKey> keys)
    {
        if (Count == 0)
        {
            return true;
        }

        var json = new Utf8JsonReader(array);
        json.Read();
        for (var i = 0; i < Count; i++)
        {
            json.Read();
            if (!TryRead(ref json, out keys[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryRead(ref Utf8JsonReader json, out SubKey key)
    {
        if (!json.ValueIsEscaped)
        {
            return SubKey.TryParse(json.ValueSpan, out key);
        }

        key = default;
        Span<byte> unescaped = stackalloc byte[LongestEscapedKey];
        if (json.ValueSpan.Length > unescaped.Length)
        {
            return false;
        }

        try
        {
            return SubKey.TryParse(unescaped[..json.CopyString(unescaped)], out key);
        }
        catch (InvalidOperationException)
        {
            // An escape that is only half of a character.
            return false;
        }
    }
}
