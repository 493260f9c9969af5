using System.Buffers;
using System.Text.Json;
using Goim.Comet.Counters;
using Goim.Comet.Registration;
using Goim.Comet.Wire;

namespace Goim.Comet.Status;

/// <summary>Writes the counters for <c>/monitor/stat</c>.</summary>
internal sealed class CometStat(CometCounters counters, Registrar registrar)
{
    private static readonly JsonEncodedText[] Causes =
        [.. Enum.GetNames<DisconnectCause>().Select(static cause => JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(cause)))];

    /// <summary>
    /// <c>{"server":3,"connections":…,"connects":…,"disconnects":{"client":…},
    /// "delivered":{"multiple":…,"room":…,"broadcast":…},"dropped":{…},"writes":…,"mergeFactor":…,
    /// "bytes":{"sent":…,"received":…},"records":{"read":…,"skipped":…,"unreadable":…,"expired":…},
    /// "offsetResets":…,"held":{"messages":…,"forgotten":…},"lagMs":…}</c>, UTF-8. <c>mergeFactor</c> is null before the first
    /// write, <c>lagMs</c> before the first record.
    /// </summary>
    public ReadOnlyMemory<byte> Write()
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("server"u8, registrar.ServerId);
        json.WriteNumber("connections"u8, counters.Connections);
        json.WriteNumber("connects"u8, counters.Connects);
        json.WriteStartObject("disconnects"u8);
        for (var cause = 0; cause < Causes.Length; cause++)
        {
            json.WriteNumber(Causes[cause], counters.DisconnectsOf((DisconnectCause)cause));
        }

        json.WriteEndObject();
        WriteByKind(json, "delivered"u8, counters.DeliveredOf);
        WriteByKind(json, "dropped"u8, counters.DroppedOf);
        WriteWrites(json);
        json.WriteStartObject("records"u8);
        json.WriteNumber("read"u8, counters.ReadRecords);
        json.WriteNumber("skipped"u8, counters.SkippedRecords);
        json.WriteNumber("unreadable"u8, counters.UnreadableRecords);
        json.WriteNumber("expired"u8, counters.ExpiredRecords);
        json.WriteEndObject();
        json.WriteNumber("offsetResets"u8, counters.ResetOffsets);
        json.WriteStartObject("held"u8);
        json.WriteNumber("messages"u8, counters.Held);
        json.WriteNumber("forgotten"u8, counters.HeldForgotten);
        json.WriteEndObject();
        if (counters.LagMs >= 0)
        {
            json.WriteNumber("lagMs"u8, counters.LagMs);
        }
        else
        {
            json.WriteNull("lagMs"u8);
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    private void WriteWrites(Utf8JsonWriter json)
    {
        json.WriteNumber("writes"u8, counters.Writes);
        if (counters.MergeFactor is { } factor)
        {
            json.WriteNumber("mergeFactor"u8, Math.Round(factor, 2));
        }
        else
        {
            json.WriteNull("mergeFactor"u8);
        }

        json.WriteStartObject("bytes"u8);
        json.WriteNumber("sent"u8, counters.SentBytes);
        json.WriteNumber("received"u8, counters.ReceivedBytes);
        json.WriteEndObject();
    }

    private static void WriteByKind(Utf8JsonWriter json, ReadOnlySpan<byte> name, Func<PacketKind, long> count)
    {
        json.WriteStartObject(name);
        json.WriteNumber("multiple"u8, count(PacketKind.Multiple));
        json.WriteNumber("room"u8, count(PacketKind.Room));
        json.WriteNumber("broadcast"u8, count(PacketKind.Broadcast));
        json.WriteEndObject();
    }
}
