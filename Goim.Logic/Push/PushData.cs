using System.Buffers;
using System.Text.Json;
using Goim.Logic.Delivery;

namespace Goim.Logic.Push;

/// <summary>Writes the <c>data</c> of a push's answer, UTF-8 JSON.</summary>
internal static class PushData
{
    /// <summary>What a Utf8JsonWriter asks its buffer for first.</summary>
    public const int BufferBytes = 256;

    /// <summary>
    /// <c>{"outcome":"some","acks":[{"partition":3,"offset":17}],"sessions":2,"servers":1,"records":1,"offline":[43]}</c>: outcome only where
    /// not all is acknowledged, acks of an acknowledged push, the rest where it is asked for. Empty for none of it.
    /// </summary>
    /// <param name="plan">The push.</param>
    /// <param name="detail">Whether the reach is asked for.</param>
    /// <param name="result">What the broker said; null where it was not asked.</param>
    public static ReadOnlyMemory<byte> Write(in PushPlan plan, bool detail, DeliveryResult? result)
    {
        if (!detail && result is null)
        {
            return default;
        }

        var output = new ArrayBufferWriter<byte>(BufferBytes);
        using var json = new Utf8JsonWriter(output);
        Write(json, plan, detail, result);
        return output.WrittenMemory;
    }

    /// <summary>As <see cref="Write(in PushPlan, bool, DeliveryResult?)"/>, where there is any of it, and flushes.</summary>
    public static void Write(Utf8JsonWriter json, in PushPlan plan, bool detail, DeliveryResult? result)
    {
        json.WriteStartObject();
        if (result is { } delivered)
        {
            Write(json, delivered);
        }

        if (detail)
        {
            Write(json, plan);
        }

        json.WriteEndObject();
        json.Flush();
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
        foreach (var acknowledgement in result.Acknowledgements)
        {
            json.WriteStartObject();
            json.WriteNumber("partition"u8, acknowledgement.Partition);
            WriteCount(json, "offset"u8, acknowledgement.Offset);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, in PushPlan plan)
    {
        WriteCount(json, "sessions"u8, plan.Reach.Sessions);
        WriteCount(json, "servers"u8, plan.Reach.Servers);
        json.WriteNumber("records"u8, plan.Records.Length);
        if (plan.Reach.Offline is not { } offline)
        {
            return;
        }

        json.WriteStartArray("offline"u8);
        foreach (var userId in offline)
        {
            json.WriteNumberValue(userId);
        }

        json.WriteEndArray();
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
