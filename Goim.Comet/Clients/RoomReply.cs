using System.Text.Encodings.Web;
using System.Text.Json;
using Goim.Comet.Registration;

namespace Goim.Comet.Clients;

/// <summary>The body of op 13: <c>{"roomId":7}</c>, or <c>{"error":"…"}</c>.</summary>
internal static class RoomReply
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Of(RoomAnswer answer) => answer.RoomId is { } roomId
        ? JsonSerializer.SerializeToUtf8Bytes(new { RoomId = roomId }, Options)
        : JsonSerializer.SerializeToUtf8Bytes(new { answer.Error }, Options);
}
