namespace Goim.Comet.Topic;

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Warning,
        Message = "The record at partition {Partition}, offset {Offset} of the push topic cannot be read, and is left out "
            + "({LeftOut} more since the last such line).")]
    public static partial void RecordUnreadable(this ILogger logger, int partition, long offset, long leftOut);

    [LoggerMessage(
        EventId = 2,
        Level = LogLevel.Warning,
        Message = "Offset {Offset} of partition {Partition} of the push topic is out of range: reading goes on with the oldest record "
            + "that is there ({LeftOut} more since the last such line).")]
    public static partial void OffsetOutOfRange(this ILogger logger, long offset, int partition, long leftOut);

    [LoggerMessage(
        EventId = 3, Level = LogLevel.Information, Message = "Reading {Partitions} partitions of the push topic from their end.")]
    public static partial void ReadingFromEnd(this ILogger logger, int partitions);

    [LoggerMessage(
        EventId = 4, Level = LogLevel.Information, Message = "New partitions of the push topic, read from their beginning: {Partitions}.")]
    public static partial void PartitionsAdded(this ILogger logger, int partitions);

    [LoggerMessage(
        EventId = 5,
        Level = LogLevel.Warning,
        Message = "The ends of the push topic's partitions are not known yet: {Error} ({Reason}). Clients are told to come back.")]
    public static partial void EndsUnknown(this ILogger logger, Confluent.Kafka.ErrorCode error, string reason);

    [LoggerMessage(
        EventId = 7,
        Level = LogLevel.Warning,
        Message = "The push topic is not read up to its ends ({Reason}). Sessions are restored nevertheless, and rooms that change "
            + "meanwhile are corrected later.")]
    public static partial void NotCaughtUp(this ILogger logger, string reason);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "The Kafka consumer has failed: a new one goes on where it was.")]
    public static partial void ConsumerFailed(this ILogger logger);
}
