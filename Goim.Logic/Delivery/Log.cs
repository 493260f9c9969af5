using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Delivery;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Kafka: {Error}: {Reason}")]
    public static partial void BrokerFailed(this ILogger logger, ErrorCode error, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Line}")]
    public static partial void Librdkafka(this ILogger logger, string facility, string line);

    [LoggerMessage(
        EventId = 3,
        Level = LogLevel.Error,
        Message = "{Count} records were not acknowledged before the stop: whether they are on the topic is not known.")]
    public static partial void RecordsNotAcknowledged(this ILogger logger, int count);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "An event was lost: {Error}.")]
    public static partial void EventLost(this ILogger logger, ErrorCode error);
}
