using System.Buffers;
using System.Text;
using System.Text.Json;
using Goim.Protocol;

namespace Goim.Logic.Events;

/// <summary>Writes the values of records on the topic of events, as JSON. <c>at</c> is Unix time in ms.</summary>
public static class EventRecord
{
    /// <summary><c>{"event":"server_del","server":3,"at":…}</c></summary>
    public static string ServerDel(int server, DateTimeOffset at) =>
        Write("server_del", at, json => json.WriteNumber("server"u8, server));

    /// <summary>
    /// <c>{"event":"count","type":"room","data":[…],"at":…}</c>, or of one room
    /// <c>{"event":"count","type":"room","room":1,"data":{"sessions":2},"at":…}</c>.
    /// </summary>
    /// <param name="type"><c>room</c>, <c>server</c> or <c>total</c>.</param>
    /// <param name="roomId">The only room that is counted. Null for all.</param>
    /// <param name="data">The counts as in the answer, UTF-8 JSON.</param>
    /// <param name="at">When they were counted.</param>
    public static string Count(string type, int? roomId, ReadOnlyMemory<byte> data, DateTimeOffset at) => Write("count", at, json =>
    {
        json.WriteString("type"u8, type);
        if (roomId is { } room)
        {
            json.WriteNumber("room"u8, room);
        }

        json.WritePropertyName("data"u8);
        json.WriteRawValue(data.Span, skipInputValidation: true);
    });

    /// <summary><c>{"event":"connect","user":42,"key":"42_1","server":3,"room":1,"at":…}</c></summary>
    public static string Connect(SubKey key, int server, int roomId, DateTimeOffset at) =>
        Connection("connect", key, server, roomId, at);

    /// <summary>
    /// Like <see cref="Connect"/>. Without the server if the router no longer knew it, and without the room if the comet did not send it.
    /// </summary>
    public static string Disconnect(SubKey key, int? server, int? roomId, DateTimeOffset at) =>
        Connection("disconnect", key, server, roomId, at);

    private static string Connection(string name, SubKey key, int? server, int? roomId, DateTimeOffset at) => Write(name, at, json =>
    {
        json.WriteNumber("user"u8, key.UserId);
        json.WriteString("key"u8, key.ToString());
        if (server is { } comet)
        {
            json.WriteNumber("server"u8, comet);
        }

        if (roomId is { } room)
        {
            json.WriteNumber("room"u8, room);
        }
    });

    private static string Write(string name, DateTimeOffset at, Action<Utf8JsonWriter> members)
    {
        var output = new ArrayBufferWriter<byte>(128);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("event"u8, name);
        members(json);
        json.WriteNumber("at"u8, at.ToUnixTimeMilliseconds());
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
