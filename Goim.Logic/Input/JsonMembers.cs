using System.Text;
using System.Text.Json;

namespace Goim.Logic.Input;

/// <summary>The members of an object, read in one pass. Those of the next object take their place.</summary>
internal sealed class JsonMembers
{
    /// <summary>Most members. A body must not take much memory for members that nobody asks for.</summary>
    private const int Max = 8;

    private readonly (ReadOnlyMemory<byte> Name, JsonValue Value)[] members = new (ReadOnlyMemory<byte>, JsonValue)[Max];
    private int count;

    /// <summary>Reads the members. False if there are more than 8.</summary>
    /// <param name="text">An object that <see cref="JsonText"/> has checked.</param>
    public bool TryRead(ReadOnlyMemory<byte> text)
    {
        count = 0;
        var reader = new Utf8JsonReader(text.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (count == Max)
            {
                return false;
            }

            var name = reader.ValueIsEscaped
                ? Encoding.UTF8.GetBytes(reader.GetString()!)
                : text.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            reader.Read();
            members[count++] = (name, JsonValue.Read(ref reader, text));
        }

        return true;
    }

    /// <summary>The last member of that name, which is ASCII. Null if there is none.</summary>
    public JsonValue? Find(string name)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            if (Ascii.Equals(members[i].Name.Span, name))
            {
                return members[i].Value;
            }
        }

        return null;
    }
}
