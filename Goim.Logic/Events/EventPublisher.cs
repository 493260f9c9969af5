using System.Text;
using Goim.Kafka;
using Goim.Logic.Delivery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Events;

/// <summary>
/// Sends events through our own producer where the output binding cannot. A lost event never fails the call that it reports.
/// </summary>
public sealed class EventPublisher(
    IOptions<KafkaOptions> kafka, RecordProducer producer, TimeProvider time, ILogger<EventPublisher> logger)
{
    /// <summary>The event of a comet server's deletion, as <see cref="ForBinding"/> gives it.</summary>
    public string? ServerDel(int server) => ForBinding(EventRecord.ServerDel(server, time.GetUtcNow()));

    /// <summary>The event of a count, as <see cref="ForBinding"/> gives it.</summary>
    /// <param name="type"><c>room</c> or <c>server</c>.</param>
    /// <param name="data">The counts as in the answer, UTF-8 JSON.</param>
    public string? Count(string type, ReadOnlyMemory<byte> data) => ForBinding(EventRecord.Count(type, data, time.GetUtcNow()));

    /// <summary>The event for the output binding. Null if there is none, it is too large, or our own producer has taken it.</summary>
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

        if (!kafka.Value.UsesToken)
        {
            return value;
        }

        // The output binding cannot sign in with an identity's token.
        producer.SendEvent(Encoding.ASCII.GetBytes(value));
        return null;
    }
}

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1, Level = LogLevel.Warning, Message = "An event of {Bytes} bytes is not published: KafkaMaxRecordBytes is {Limit}.")]
    public static partial void EventTooLarge(this ILogger logger, int bytes, int limit);
}
