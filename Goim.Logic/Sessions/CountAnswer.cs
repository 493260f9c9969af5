using System.Buffers;
using System.Text.Json;

namespace Goim.Logic.Sessions;

/// <summary>A count, ready to be sent.</summary>
/// <param name="Body">The whole body, <c>{"ret":1,"data":…}</c>, UTF-8 JSON.</param>
/// <param name="Data">The part of the body that is the count.</param>
public readonly record struct CountAnswer(byte[] Body, ReadOnlyMemory<byte> Data)
{
    /// <summary><c>{"sessions":3}</c>, or <c>{"sessions":3,"users":2}</c>.</summary>
    internal static CountAnswer OfSessions(long sessions, long? users = null) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("sessions"u8, sessions);
        if (users is { } number)
        {
            json.WriteNumber("users"u8, number);
        }

        json.WriteEndObject();
    });

    internal static CountAnswer Write(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(64);
        using var json = new Utf8JsonWriter(output);
        write(json);
        json.Flush();
        var body = new ArrayBufferWriter<byte>(output.WrittenCount + 32);
        AnswerBody.WriteOk(body, output.WrittenMemory);
        return new CountAnswer(body.WrittenSpan.ToArray(), output.WrittenMemory);
    }
}
