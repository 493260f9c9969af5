using System.Text.Json;

namespace Goim.LocalHost.Outputs;

/// <summary>A record with a key, as a function hands it to the Kafka extension: a JSON object with seven members.</summary>
internal readonly record struct KafkaEnvelope(string? Key, string? Value)
{
    private static readonly string[] Members = ["Offset", "Partition", "Topic", "Timestamp", "Value", "Key", "Headers"];

    /// <summary>Reads key and value of an envelope. A text that lacks one of the seven members is the value, without a key.</summary>
    // Observed on extension 4.3.2. Our record values never contain "Offset" in quotes, so they are not parsed.
    public static KafkaEnvelope Parse(string text)
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
