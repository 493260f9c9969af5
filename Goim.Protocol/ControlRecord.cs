using System.Buffers;
using System.Text.Json;

namespace Goim.Protocol;

/// <summary>
/// Writes the values of the records that tell comets what to do with connections. goim does not have them: its job logs and skips them.
/// Members that are zero or empty are omitted, as in goim's records.
/// </summary>
public static class ControlRecord
{
    /// <summary><c>{"op":"kick","server":3,"subkeys":["42_1"],"msg":"base64 of the reason"}</c>.</summary>
    /// <param name="server">Comet server id.</param>
    /// <param name="subKeys">Connections of that server. Empty for all of them.</param>
    /// <param name="reason">UTF-8 text for the clients, or empty.</param>
    public static byte[] WriteKick(int server, ReadOnlySpan<SubKey> subKeys, ReadOnlySpan<byte> reason)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = Begin(output, KafkaMsg.Kick, server, subKeys);
        json.WriteBase64String("msg"u8, reason);
        return End(output, json);
    }

    /// <summary><c>{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":1}</c>.</summary>
    /// <param name="op"><see cref="KafkaMsg.LeaveRoom"/> or <see cref="KafkaMsg.JoinRoom"/>.</param>
    /// <param name="server">Comet server id.</param>
    /// <param name="key">A connection of that server.</param>
    /// <param name="roomId">The room, which is also the record's key.</param>
    public static byte[] WriteRoom(string op, int server, SubKey key, int roomId)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = Begin(output, op, server, [key]);
        if (roomId != 0)
        {
            json.WriteNumber("roomid"u8, roomId);
        }

        return End(output, json);
    }

    private static Utf8JsonWriter Begin(ArrayBufferWriter<byte> output, string op, int server, ReadOnlySpan<SubKey> subKeys)
    {
        var json = new Utf8JsonWriter(output, new JsonWriterOptions
        {
            // The base64 of a reason may have a +.
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
        json.WriteStartObject();
        json.WriteString("op"u8, op);
        if (server != 0)
        {
            json.WriteNumber("server"u8, server);
        }

        if (!subKeys.IsEmpty)
        {
            json.WriteStartArray("subkeys"u8);
            foreach (var key in subKeys)
            {
                json.WriteStringValue(key.ToString());
            }

            json.WriteEndArray();
        }

        return json;
    }

    private static byte[] End(ArrayBufferWriter<byte> output, Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}
