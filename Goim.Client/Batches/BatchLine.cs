using System.Text.Json;
using Goim.Client.Calls;

namespace Goim.Client.Batches;

/// <summary>A push of a batch as its line, UTF-8, with the end of the line.</summary>
internal static class BatchLine
{
    private static readonly byte[] LineEnds = [(byte)'\n', (byte)'\r'];

    public static byte[] Of(BatchPush push)
    {
        PushRequest.CheckRecipients(push.Target, push.Except, push.Ensure);
        using var line = new MemoryStream(push.Message.Utf8.Length + 64);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            WriteTarget(json, push);
            json.WritePropertyName("m");
            json.WriteRawValue(InOneLine(push.Message.Utf8).Span, skipInputValidation: true);
            if (push.Except.Count > 0)
            {
                json.WriteStartArray("except");
                foreach (var key in push.Except)
                {
                    json.WriteStringValue(key);
                }

                json.WriteEndArray();
            }

            if (push.TimeToLive is { } time)
            {
                json.WriteNumber("ttl", PushRequest.Seconds(time));
            }

            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    private static void WriteTarget(Utf8JsonWriter json, BatchPush push)
    {
        switch (push.Target.Kind)
        {
            case PushTarget.TargetKind.User:
                json.WriteNumber("uid", push.Target.Id);
                break;
            case PushTarget.TargetKind.Users:
                json.WriteStartArray("u");
                foreach (var userId in push.Target.UserIds)
                {
                    json.WriteNumberValue(userId);
                }

                json.WriteEndArray();
                break;
            case PushTarget.TargetKind.Connection:
                json.WriteString("key", push.Target.Key);
                break;
            case PushTarget.TargetKind.Room:
                json.WriteNumber("rid", push.Target.Id);
                json.WriteBoolean("ensure", push.Ensure);
                break;
            default:
                json.WriteBoolean("all", true);
                break;
        }
    }

    // In JSON text the end of a line is only between tokens, where a space means the same.
    private static ReadOnlyMemory<byte> InOneLine(ReadOnlyMemory<byte> json)
    {
        if (json.Span.IndexOfAny(LineEnds) < 0)
        {
            return json;
        }

        var line = json.ToArray();
        for (var i = 0; i < line.Length; i++)
        {
            line[i] = line[i] is (byte)'\n' or (byte)'\r' ? (byte)' ' : line[i];
        }

        return line;
    }
}
