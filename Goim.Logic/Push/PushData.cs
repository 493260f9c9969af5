using System.Buffers;
using System.Text.Json;
using Goim.Logic.Delivery;

namespace Goim.Logic.Push;

/// <summary>Writes the <c>data</c> of a push's answer, UTF-8 JSON.</summary>
internal static class PushData
{
    /// <summary>Initial size of the buffer: what a Utf8JsonWriter asks for first.</summary>
    public const int BufferBytes = 256;

    /// <summary>
    /// <c>{"outcome":"some","acks":[{"partition":3,"offset":17}],"sessions":2,"servers":1,"records":1,"offline":[43]}</c>. The outcome is
    /// only there if a record is not acknowledged, acks only for an acknowledged push, the others only with <paramref name="detail"/>.
    /// A push to a connection has <c>"offlineKeys":["42_1"]</c> instead of offline. Empty if none of them is there.
    /// </summary>
    /// <param name="plan">The push.</param>
    /// <param name="detail">Whether to write the recipients.</param>
    /// <param name="result">What the broker said. Null if the push is not acknowledged.</param>
    public static ReadOnlyMemory<byte> Write(in PushPlan plan, bool detail, DeliveryResult? result)
    {
        if (!detail && result is null)
        {
            return default;
        }

        if (!detail && result is { Outcome: DeliveryOutcome.All, Acknowledgements.Span: var acknowledgements })
        {
            return Write(acknowledgements);
        }

        var output = new ArrayBufferWriter<byte>(BufferBytes);
        using var json = new Utf8JsonWriter(output);
        Write(json, detail ? plan.Recipients : null, plan.Records?.Length ?? 0, result);
        return output.WrittenMemory;
    }

    /// <summary>Like <see cref="Write(in PushPlan, bool, DeliveryResult?)"/>, for data that is not empty. Flushes the writer.</summary>
    /// <param name="json">Takes the data.</param>
    /// <param name="recipients">The recipients to write. Null for none.</param>
    /// <param name="records">Number of records.</param>
    /// <param name="result">What the broker said. Null if the push is not acknowledged.</param>
    public static void Write(Utf8JsonWriter json, Recipients? recipients, int records, DeliveryResult? result)
    {
        json.WriteStartObject();
        if (result is { } delivered)
        {
            Write(json, delivered);
        }

        if (recipients is { } known)
        {
            Write(json, known, records);
        }

        json.WriteEndObject();
        json.Flush();
    }

    private static byte[] Write(ReadOnlySpan<Acknowledgement> acknowledgements)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(AcknowledgementJson.MaxLength(acknowledgements.Length));
        var data = buffer[..AcknowledgementJson.Write(buffer, acknowledgements)];
        ArrayPool<byte>.Shared.Return(buffer);
        return data;
    }

    private static void Write(Utf8JsonWriter json, in DeliveryResult result)
    {
        switch (result.Outcome)
        {
            case DeliveryOutcome.None:
                json.WriteString("outcome"u8, "none"u8);
                return;
            case DeliveryOutcome.Some:
                json.WriteString("outcome"u8, "some"u8);
                break;
            case DeliveryOutcome.Unknown:
                json.WriteString("outcome"u8, "unknown"u8);
                break;
        }

        json.WriteStartArray("acks"u8);
        foreach (var acknowledgement in result.Acknowledgements.Span)
        {
            json.WriteStartObject();
            json.WriteNumber("partition"u8, acknowledgement.Partition);
            WriteCount(json, "offset"u8, acknowledgement.Offset);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, in Recipients recipients, int records)
    {
        WriteCount(json, "sessions"u8, recipients.Sessions);
        WriteCount(json, "servers"u8, recipients.Servers);
        json.WriteNumber("records"u8, records);
        if (recipients.Offline is { } offline)
        {
            json.WriteStartArray("offline"u8);
            foreach (var userId in offline)
            {
                json.WriteNumberValue(userId);
            }

            json.WriteEndArray();
        }

        if (recipients.OfflineKeys is { } keys)
        {
            json.WriteStartArray("offlineKeys"u8);
            foreach (var key in keys)
            {
                json.WriteStringValue(key.ToString());
            }

            json.WriteEndArray();
        }
    }

    private static void WriteCount(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? count)
    {
        if (count is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
