using System.Buffers;
using System.Text.Json;
using Goim.Logic.Sessions;
using Goim.Protocol;

namespace Goim.Logic.Facade;

/// <summary>Writes the answer to <c>/1/router/mput</c>.</summary>
internal static class PutKeys
{
    /// <summary>Bytes of most keys, with quotes and comma.</summary>
    private const int KeyBytes = 16;

    /// <summary>
    /// <c>{"keys":["42_7","43_1"]}</c>, in the order of the puts, or with a problem <c>{"keys":["42_7",null],"failed":[1]}</c>.
    /// </summary>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<PutArg> puts, Restored restored)
    {
        var output = new ArrayBufferWriter<byte>((puts.Count + 1) * KeyBytes);
        using var json = new Utf8JsonWriter(output);
        Span<byte> key = stackalloc byte[SubKey.MaxLength];
        json.WriteStartObject();
        json.WriteStartArray("keys"u8);
        for (var i = 0; i < puts.Count; i++)
        {
            if (restored.Seqs[i] == 0)
            {
                json.WriteNullValue();
                continue;
            }

            json.WriteStringValue(key[..new SubKey(puts[i].UserId, restored.Seqs[i]).Format(key)]);
        }

        json.WriteEndArray();
        if (restored.Problem is not null)
        {
            WriteFailed(json, restored.Seqs);
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    // The places of the puts that failed.
    private static void WriteFailed(Utf8JsonWriter json, IReadOnlyList<int> seqs)
    {
        json.WriteStartArray("failed"u8);
        for (var i = 0; i < seqs.Count; i++)
        {
            if (seqs[i] == 0)
            {
                json.WriteNumberValue(i);
            }
        }

        json.WriteEndArray();
    }
}
