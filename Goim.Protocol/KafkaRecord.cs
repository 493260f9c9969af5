using System.Text.Json;
using System.Text.Json.Serialization;

namespace Goim.Protocol;

/// <summary>The value of a push record, read back: what goim's job sees.</summary>
/// <param name="Op"><c>multiple</c>, <c>broadcast</c> or <c>broadcast_room</c>.</param>
/// <param name="RoomId">0 unless the record says.</param>
/// <param name="Server">0 unless the record says.</param>
/// <param name="SubKeys">Empty unless the record says.</param>
/// <param name="Msg">Message bytes; empty for a null one.</param>
/// <param name="Ensure">False unless the record says.</param>
public sealed record KafkaRecord(string Op, int RoomId, int Server, IReadOnlyList<SubKey> SubKeys, byte[] Msg, bool Ensure)
{
    /// <summary>Reads a record's value; null if it is not the JSON of a goim record, or of an op that goim's job does not know.</summary>
    public static KafkaRecord? Read(ReadOnlySpan<byte> value)
    {
        Wire? wire;
        try
        {
            wire = JsonSerializer.Deserialize(value, WireContext.Default.Wire);
        }
        catch (JsonException)
        {
            return null;
        }

        if (wire is not { Op: KafkaMsg.Multiple or KafkaMsg.Broadcast or KafkaMsg.BroadcastRoom })
        {
            return null;
        }

        var subKeys = new SubKey[wire.SubKeys?.Length ?? 0];
        for (var i = 0; i < subKeys.Length; i++)
        {
            if (!SubKey.TryParse(wire.SubKeys![i], out subKeys[i]))
            {
                return null;
            }
        }

        return new KafkaRecord(wire.Op, wire.RoomId, wire.Server, subKeys, wire.Msg ?? [], wire.Ensure);
    }

    internal sealed class Wire
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

[JsonSerializable(typeof(KafkaRecord.Wire))]
internal sealed partial class WireContext : JsonSerializerContext;
