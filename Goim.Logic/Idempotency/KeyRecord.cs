using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Goim.Logic.Idempotency;

/// <summary>Content of a key's blob: a line of JSON, and after it the data of the answer.</summary>
/// <param name="Request">SHA-256 of the request in hex. A key goes with one request only.</param>
/// <param name="Claimant">A new id for each claim. It tells a claim of our own, whose answer was lost, from another's.</param>
/// <param name="Answered">Whether the request is answered.</param>
/// <param name="Kind">Kind of the answer's problem. Null for none.</param>
/// <param name="Error">Sentence of the answer's problem. Null for none.</param>
internal sealed record KeyRecord(
    string Request, Guid Claimant, bool Answered, ProblemKind? Kind = null, string? Error = null)
{
    /// <summary>When the record was written, Unix time in ms, by the writer's clock. Never used: a key's age is the storage's.</summary>
    // Instances of the version before take a record without it as one of 1970. The next version can leave it out.
    public long? AtUnixMs { get; init; }

    /// <summary>Writes the record and the data.</summary>
    public BinaryData Write(ReadOnlyMemory<byte> data)
    {
        var output = new ArrayBufferWriter<byte>(256 + data.Length);
        using var json = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(json, this, KeyRecordJson.Default.KeyRecord);
        output.Write("\n"u8);
        output.Write(data.Span);
        return new BinaryData(output.WrittenMemory);
    }

    /// <summary>Reads what <see cref="Write"/> wrote, also by an earlier version. Null for anything else.</summary>
    public static (KeyRecord Record, ReadOnlyMemory<byte> Data)? Read(ReadOnlyMemory<byte> content)
    {
        var end = content.Span.IndexOf((byte)'\n');
        try
        {
            return end >= 0 && JsonSerializer.Deserialize(content.Span[..end], KeyRecordJson.Default.KeyRecord) is { } record
                ? (record, content[(end + 1)..])
                : null;
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
