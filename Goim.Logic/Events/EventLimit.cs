using Goim.Logic.Delivery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Events;

/// <summary>Leaves out an event that no record can carry: it must not fail the call that it tells of.</summary>
public sealed class EventLimit(IOptions<KafkaOptions> kafka, ILogger<EventLimit> logger)
{
    private const int Overhead = 26;

    /// <summary>The event, or null with a line in the log.</summary>
    /// <param name="value">JSON of ASCII characters.</param>
    public string? Kept(string value)
    {
        if (value.Length + Overhead <= kafka.Value.MaxRecordBytes)
        {
            return value;
        }

        logger.EventTooLarge(value.Length, kafka.Value.MaxRecordBytes);
        return null;
    }
}

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "An event of {Bytes} bytes is not published: KafkaMaxRecordBytes is {Limit}.")]
    public static partial void EventTooLarge(this ILogger logger, int bytes, int limit);
}
