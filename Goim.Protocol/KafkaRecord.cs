using System.Text.Json;
using System.Text.Json.Serialization;

namespace Goim.Protocol;

/// <summary>A push record as a consumer such as goim's job reads it.</summary>
/// <param name="Op"><c>multiple</c>, <c>broadcast</c> or <c>broadcast_room</c>.</param>
/// <param name="RoomId">0 if the record has no roomid.</param>
/// <param name="Server">0 if the record has no server.</param>
/// <param name="SubKeys">Empty if the record has no subkeys.</param>
/// <param name="Msg">Message bytes. Empty if msg is missing or null.</param>
/// <param name="Ensure">False if the record has no ensure.</param>
public sealed record KafkaRecord(string Op, int RoomId, int Server, IReadOnlyList<SubKey> SubKeys, byte[] Msg, bool Ensure)
{
    /// <summary>Parses a record's value. Null if it is not the JSON of a goim record, or if goim's job does not know its op.</summary>
    public static KafkaRecord? Read(ReadOnlySpan<byte> value)
    {
        RecordJson? json;
        try
        {
            json = JsonSerializer.Deserialize(value, RecordJsonContext.Default.RecordJson);
        }
        catch (JsonException)
        {
            return null;
        }

        if (json is not { Op: KafkaMsg.Multiple or KafkaMsg.Broadcast or KafkaMsg.BroadcastRoom })
        {
            return null;
        }

        var subKeys = new SubKey[json.SubKeys?.Length ?? 0];
        for (var i = 0; i < subKeys.Length; i++)
        {
            if (!SubKey.TryParse(json.SubKeys![i], out subKeys[i]))
            {
                return null;
            }
        }

        return new KafkaRecord(json.Op, json.RoomId, json.Server, subKeys, json.Msg ?? [], json.Ensure);
    }

    internal sealed class RecordJson
    {
        [JsonPropertyName("op")]
        public string? Op { get; set; }

        [JsonPropertyName("roomid")]
        public int RoomId { get; set; }

        [JsonPropertyName("server")]
        public int Server { get; set; }

        [JsonPropertyName("subkeys")]
        public string[]? SubKeys { get; set; }

        [JsonPropertyName("msg")]
        public byte[]? Msg { get; set; }

        [JsonPropertyName("ensure")]
        public bool Ensure { get; set; }
    }
}

[JsonSerializable(typeof(KafkaRecord.RecordJson))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;
