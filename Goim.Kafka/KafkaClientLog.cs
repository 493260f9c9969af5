using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Goim.Kafka;

/// <summary>Logs what Kafka clients report: errors once a minute for each error code, and librdkafka's own lines at Debug.</summary>
/// <param name="logger">Gets the lines.</param>
/// <param name="time">The clock.</param>
public sealed partial class KafkaClientLog(ILogger logger, TimeProvider time)
{
    private readonly CauseLimit errors = new(time);

    /// <summary>Takes an error that concerns the client as a whole, such as a broker that cannot be reached.</summary>
    public void Failed(Error error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (errors.IsDue("", error.Code, out var leftOut))
        {
            BrokerFailed(logger, error.Code, error.Reason, leftOut);
        }
    }

    /// <summary>Takes a line of librdkafka.</summary>
    public void Line(LogMessage line)
    {
        ArgumentNullException.ThrowIfNull(line);
        Librdkafka(logger, line.Facility, line.Message);
    }

    [LoggerMessage(
        EventId = 11, Level = LogLevel.Warning, Message = "Kafka: {Error}: {Reason} ({LeftOut} more since the last such line)")]
    private static partial void BrokerFailed(ILogger logger, ErrorCode error, string reason, long leftOut);

    [LoggerMessage(EventId = 12, Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Line}")]
    private static partial void Librdkafka(ILogger logger, string facility, string line);
}
