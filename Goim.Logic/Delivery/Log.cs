using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Delivery;

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Warning,
        Message = "Kafka did not acknowledge a record for topic {Topic}: {Error} ({LeftOut} more since the last such line)")]
    public static partial void RecordFailed(this ILogger logger, string topic, ErrorCode error, long leftOut);

    [LoggerMessage(
        EventId = 3,
        Level = LogLevel.Error,
        Message = "{Count} records were not acknowledged before the stop: whether they are on the topic is not known.")]
    public static partial void RecordsNotAcknowledged(this ILogger logger, int count);
}
