using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Goim.Comet.Delivery;
using Goim.Protocol;

namespace Goim.Comet.Registration;

/// <summary>Writes the bodies of calls of the facade, UTF-8 JSON.</summary>
internal static class FacadeBodies
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{"server":3,"tokens":["42","43"],"requestIds":["<i>32 hex digits</i>",…]}</c>.</summary>
    public static void WriteConnects(ArrayBufferWriter<byte> output, int server, List<PendingConnect> connects)
    {
        output.ResetWrittenCount();
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteNumber("server"u8, server);
        json.WriteStartArray("tokens"u8);
        foreach (var connect in connects)
        {
            json.WriteStringValue(connect.Token);
        }

        json.WriteEndArray();
        json.WriteStartArray("requestIds"u8);
        Span<byte> digits = stackalloc byte[32];
        foreach (var connect in connects)
        {
            connect.RequestId.TryFormat(digits, out _, "N");
            json.WriteStringValue(digits);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary><c>{"server":3,"tokens":["42","43"],"check":true}</c>.</summary>
    public static ReadOnlyMemory<byte> Checks(int server, List<PendingCheck> checks)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteNumber("server"u8, server);
        json.WriteStartArray("tokens"u8);
        foreach (var check in checks)
        {
            json.WriteStringValue(check.Token.Span);
        }

        json.WriteEndArray();
        json.WriteBoolean("check"u8, true);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    /// <summary><c>{"keys":["42_1","43_1"]}</c>.</summary>
    public static ReadOnlyMemory<byte> Disconnects(IReadOnlyList<SubKey> keys)
    {
        var output = new ArrayBufferWriter<byte>(16 + (keys.Count * (SubKey.MaxLength / 2)));
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartArray("keys"u8);
        Span<byte> text = stackalloc byte[SubKey.MaxLength];
        foreach (var key in keys)
        {
            json.WriteStringValue(text[..key.Format(text)]);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    /// <summary><c>{"puts":[{"key":"42_1","server":3,"roomId":1}]}</c>.</summary>
    public static ReadOnlyMemory<byte> MPut(int server, ReadOnlySpan<Registered> connections)
    {
        var output = new ArrayBufferWriter<byte>(16 + (connections.Length * 64));
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartArray("puts"u8);
        Span<byte> text = stackalloc byte[SubKey.MaxLength];
        foreach (var connection in connections)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, text[..connection.Key.Format(text)]);
            json.WriteNumber("server"u8, server);
            json.WriteNumber("roomId"u8, connection.RoomId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    /// <summary><c>{"server":3,"changes":[{"key":"42_1","roomId":7}]}</c>.</summary>
    public static ReadOnlyMemory<byte> RoomChanges(int server, List<PendingRoomChange> changes)
    {
        var output = new ArrayBufferWriter<byte>(32 + (changes.Count * 48));
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("server"u8, server);
        json.WriteStartArray("changes"u8);
        Span<byte> text = stackalloc byte[SubKey.MaxLength];
        foreach (var change in changes)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, text[..change.Key.Format(text)]);
            json.WriteNumber("roomId"u8, change.RoomId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    /// <summary><c>{"server":3}</c>.</summary>
    public static ReadOnlyMemory<byte> Heartbeat(int server)
    {
        var output = new ArrayBufferWriter<byte>(32);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("server"u8, server);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }
}
