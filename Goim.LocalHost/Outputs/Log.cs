using Confluent.Kafka;

namespace Goim.LocalHost.Outputs;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "A record for topic {Topic} was lost: {Error}.")]
    public static partial void RecordLost(this ILogger logger, string topic, ErrorCode error);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Kafka: {Error}: {Reason}")]
    public static partial void BrokerFailed(this ILogger logger, ErrorCode error, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Line}")]
    public static partial void Librdkafka(this ILogger logger, string facility, string line);

    [LoggerMessage(
        EventId = 4, Level = LogLevel.Error, Message = "{Count} records were queued and not delivered before the stop: they are lost.")]
    public static partial void RecordsNotDelivered(this ILogger logger, int count);
}
