using Confluent.Kafka;

namespace Goim.LocalHost.Outputs;

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Warning,
        Message = "A record for topic {Topic} was lost: {Error} ({LeftOut} more since the last such line)")]
    public static partial void RecordLost(this ILogger logger, string topic, ErrorCode error, long leftOut);

    [LoggerMessage(
        EventId = 4, Level = LogLevel.Error, Message = "{Count} records were queued and not delivered before the stop: they are lost.")]
    public static partial void RecordsNotDelivered(this ILogger logger, int count);
}
