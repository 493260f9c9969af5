using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Goim.Client.Calls;

/// <summary>Writes the request of a push.</summary>
internal static class PushRequest
{
    private const int MaxKeyLength = 128;

    public static Request Of(PushTarget target, ReadOnlyMemory<byte> message, PushOptions options, bool useKey, bool isDry)
    {
        Check(target, options);
        var key = isDry || !useKey ? null : options.IdempotencyKey ?? NewKey();
        return new Request(OperationOf(target), HttpMethod.Post, Path(target, options, isDry))
        {
            Body = target.Kind switch
            {
                PushTarget.TargetKind.Users => ManyBody("u", target, message, options),
                PushTarget.TargetKind.Rooms => ManyBody("r", target, message, options),
                _ => message,
            },
            IdempotencyKey = key,
            IsKeyReplaceable = key is not null && options.IdempotencyKey is null,
            IsRepeatable = isDry || (key is not null && options.Ack == PushAck.Broker),
        };
    }

    public static string NewKey() => Guid.NewGuid().ToString("N");

    /// <summary>Whole seconds of a time to live.</summary>
    public static long Seconds(TimeSpan timeToLive) =>
        timeToLive.Ticks % TimeSpan.TicksPerSecond == 0
            ? timeToLive.Ticks / TimeSpan.TicksPerSecond
            : throw new ArgumentException(FormattableString.Invariant($"TimeToLive is {timeToLive}: expected whole seconds."));

    /// <summary>Checks what a push and a line of a batch have alike.</summary>
    public static void CheckRecipients(PushTarget target, IReadOnlyCollection<string> except, bool ensure)
    {
        _ = except ?? throw new ArgumentException("Except is null: expected sub keys, or none.");
        if (ensure && !target.IsRooms)
        {
            throw new ArgumentException("Ensure is true: expected false for a push that is not to rooms.");
        }
    }

    private static void Check(PushTarget target, PushOptions options)
    {
        CheckRecipients(target, options.Except, options.Ensure);
        if (options.Ack is not (PushAck.Broker or PushAck.Queue))
        {
            throw new ArgumentException($"Ack is {options.Ack}: expected Broker or Queue.");
        }

        // The app's own rule. A line break would begin another header, or another request.
        if (options.IdempotencyKey is { } key
            && (key.Length is < 1 or > MaxKeyLength || !key.All(static letter => letter is >= '!' and <= '~' and not ',')))
        {
            throw new ArgumentException("IdempotencyKey is no key: expected 1 to 128 visible ASCII characters without a comma.");
        }

        if (options.UseIdempotencyKey == false && options.IdempotencyKey is not null)
        {
            throw new ArgumentException("IdempotencyKey is set and UseIdempotencyKey is false: expected one of them.");
        }
    }

    private static string OperationOf(PushTarget target) => target.Kind switch
    {
        PushTarget.TargetKind.User => "Push",
        PushTarget.TargetKind.Users => "Pushs",
        PushTarget.TargetKind.Connection => "PushKey",
        PushTarget.TargetKind.Room => "PushRoom",
        PushTarget.TargetKind.Rooms => "PushRooms",
        _ => "PushAll",
    };

    private static string Path(PushTarget target, PushOptions options, bool isDry)
    {
        var id = target.Id.ToString(CultureInfo.InvariantCulture);
        var path = new StringBuilder(target.Kind switch
        {
            PushTarget.TargetKind.User => $"1/push?uid={id}&",
            PushTarget.TargetKind.Users => "1/pushs?",
            PushTarget.TargetKind.Connection => $"1/push/key?key={Uri.EscapeDataString(target.Key)}&",
            PushTarget.TargetKind.Room => $"1/push/room?rid={id}&ensure={(options.Ensure ? "true" : "false")}&",
            PushTarget.TargetKind.Rooms => "1/push/rooms?",
            _ => "1/push/all?",
        });
        path.Append(options.Ack == PushAck.Broker ? "ack=broker" : "ack=queue");
        path.Append(options.Detail ? "&detail=1" : "").Append(isDry ? "&dry=1" : "");
        if (options.Except.Count > 0)
        {
            path.Append("&except=").Append(string.Join(",", options.Except.Select(Uri.EscapeDataString)));
        }

        if (options.TimeToLive is { } time)
        {
            path.Append("&ttl=").Append(Seconds(time).ToString(CultureInfo.InvariantCulture));
        }

        return path.ToString();
    }

    private static ReadOnlyMemory<byte> ManyBody(string ids, PushTarget target, ReadOnlyMemory<byte> message, PushOptions options)
    {
        using var body = new MemoryStream(message.Length + (target.UserIds.Length * 8) + 256);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WritePropertyName("m");
            json.WriteRawValue(message.Span, skipInputValidation: true); // A JsonMessage is JSON text.
            json.WriteStartArray(ids);
            foreach (var userId in target.UserIds)
            {
                json.WriteNumberValue(userId);
            }

            foreach (var room in target.RoomIds)
            {
                json.WriteNumberValue(room);
            }

            json.WriteEndArray();
            if (options.Ensure)
            {
                json.WriteBoolean("ensure", true);
            }

            json.WriteEndObject();
        }

        return new ReadOnlyMemory<byte>(body.GetBuffer(), 0, (int)body.Length);
    }
}
