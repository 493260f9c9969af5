using System.Text.Json;

namespace Goim.LocalHost.Outputs;

/// <summary>The JSON that the Kafka extension takes for a record with a key, rather than for a record's value.</summary>
internal readonly record struct KafkaEnvelope(string? Key, string? Value)
{
    private static readonly string[] Members = ["Offset", "Partition", "Topic", "Timestamp", "Value", "Key", "Headers"];

    /// <summary>Key and value of an envelope; a text that lacks one of its seven members is the value itself.</summary>
    // Observed on extension 4.3.2. A record of ours holds no quoted "Offset", which spares it the parsing.
    public static KafkaEnvelope Open(string text)
    {
        if (!text.Contains("\"Offset\"", StringComparison.Ordinal))
        {
            return new KafkaEnvelope(null, text);
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            return root.ValueKind == JsonValueKind.Object && Array.TrueForAll(Members, member => root.TryGetProperty(member, out _))
                ? new KafkaEnvelope(Text(root.GetProperty(nameof(Key))), Text(root.GetProperty(nameof(Value))))
                : new KafkaEnvelope(null, text);
        }
        catch (JsonException)
        {
            return new KafkaEnvelope(null, text);
        }
    }

    private static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element.ToString();
}
