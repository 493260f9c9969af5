using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Goim.Logic.Idempotency;

/// <summary>What is kept of a key: a line of JSON, then the data of the answer as it is.</summary>
/// <param name="Request">SHA-256 of the request in hex: a key goes with one request.</param>
/// <param name="Claimant">Made for one try to claim the key, which so knows its own claim when the storage's answer was lost.</param>
/// <param name="AtUnixMs">When it was claimed, held or answered, Unix time in ms.</param>
/// <param name="Answered">Whether the request is answered.</param>
/// <param name="Kind">Of the answer's problem; null for none.</param>
/// <param name="Error">Of the answer's problem; null for none.</param>
internal sealed record KeyRecord(string Request, Guid Claimant, long AtUnixMs, bool Answered, ProblemKind? Kind = null, string? Error = null)
{
    /// <summary>The record with the data behind it.</summary>
    public BinaryData Write(ReadOnlyMemory<byte> data)
    {
        var output = new ArrayBufferWriter<byte>(256 + data.Length);
        using var json = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(json, this, KeyRecordJson.Default.KeyRecord);
        output.Write("\n"u8);
        output.Write(data.Span);
        return new BinaryData(output.WrittenMemory);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null if it is something else.</summary>
    public static (KeyRecord Record, ReadOnlyMemory<byte> Data)? Read(ReadOnlyMemory<byte> content)
    {
        var end = content.Span.IndexOf((byte)'\n');
        try
        {
            return end >= 0 && JsonSerializer.Deserialize(content.Span[..end], KeyRecordJson.Default.KeyRecord) is { } record ? (record, content[(end + 1)..]) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyRecord))]
internal sealed partial class KeyRecordJson : JsonSerializerContext;
