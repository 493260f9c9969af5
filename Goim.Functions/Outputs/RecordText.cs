using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Goim.Logic.Delivery;

namespace Goim.Functions.Outputs;

/// <summary>Writes records as the strings that the Kafka output binding takes.</summary>
internal static class RecordText
{
    /// <summary>
    /// librdkafka's <c>message.max.bytes</c> in the binding: the default of KafkaMaxRecordBytes, and room for what librdkafka adds to key
    /// and value. Startup/KafkaBindingsFromSettings replaces it by the setting.
    /// </summary>
    public const int MaxMessageBytes = 1_000_100;

    /// <summary>
    /// How long a broker may take to acknowledge a record, in ms. Event Hubs recommends 60 s: it delays the acknowledgement while it
    /// throttles, and refuses a record that it would delay longer. https://learn.microsoft.com/azure/event-hubs/apache-kafka-configurations
    /// </summary>
    public const int RequestTimeoutMs = 60_000;

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Each record's value. Null if there is no record.</summary>
    public static string[]? Values(PushRecord[] records)
    {
        if (records.Length == 0)
        {
            return null;
        }

        var values = new string[records.Length];
        for (var i = 0; i < records.Length; i++)
        {
            values[i] = records[i].ToText();
        }

        return values;
    }

    /// <summary>
    /// Each record in the envelope that gives it a key:
    /// <c>{"Offset":0,"Partition":0,"Topic":"","Timestamp":"…","Value":"…","Key":"1","Headers":[]}</c>. All seven members are needed:
    /// the extension takes any other text as the value. Null if there is no record.
    /// </summary>
    public static string[]? Envelopes(PushRecord[] records)
    {
        var values = Values(records);
        for (var i = 0; i < values?.Length; i++)
        {
            var output = new ArrayBufferWriter<byte>((values[i].Length * 2) + 128);
            using var json = new Utf8JsonWriter(output, WriterOptions);
            json.WriteStartObject();
            json.WriteNumber("Offset"u8, 0);
            json.WriteNumber("Partition"u8, 0);
            json.WriteString("Topic"u8, ""u8);
            json.WriteString("Timestamp"u8, "2026-01-01T00:00:00Z"u8);
            json.WriteString("Value"u8, values[i]);
            json.WriteString("Key"u8, records[i].Key.GetValueOrDefault().ToString(CultureInfo.InvariantCulture));
            json.WriteStartArray("Headers"u8);
            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
            values[i] = Encoding.ASCII.GetString(output.WrittenSpan);
        }

        return values;
    }
}
