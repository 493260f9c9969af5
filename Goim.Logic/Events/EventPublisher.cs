using System.Text;
using Goim.Logic.Delivery;
using Goim.Logic.Push;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Events;

/// <summary>Says how an event goes out. One that cannot must not fail the call that it tells of.</summary>
public sealed class EventPublisher(IOptions<KafkaOptions> kafka, RecordProducer producer, ILogger<EventPublisher> logger)
{
    /// <summary>The event if it is to go through the output binding; null if there is none, it is too large, or went through our own producer.</summary>
    /// <param name="value">JSON of ASCII characters, or null.</param>
    public string? ForBinding(string? value)
    {
        if (value is null)
        {
            return null;
        }

        if (value.Length > new RecordSize(kafka.Value.MaxRecordBytes).MaxValueBytes)
        {
            logger.EventTooLarge(value.Length, kafka.Value.MaxRecordBytes);
            return null;
        }

        if (kafka.Value.Authentication != KafkaAuthentication.OAuthBearer)
        {
            return value;
        }

        // The binding has no token for Kafka.
        producer.SendEvent(Encoding.ASCII.GetBytes(value));
        return null;
    }
}

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "An event of {Bytes} bytes is not published: KafkaMaxRecordBytes is {Limit}.")]
    public static partial void EventTooLarge(this ILogger logger, int bytes, int limit);
}
