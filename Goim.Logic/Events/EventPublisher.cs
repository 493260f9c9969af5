using System.Text;
using Goim.Kafka;
using Goim.Logic.Delivery;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Events;

/// <summary>
/// Sends events through our own producer where the output binding cannot. A lost event never fails the call that it reports.
/// </summary>
public sealed class EventPublisher(
    IOptions<KafkaOptions> kafka, RecordProducer producer, GoimMetrics metrics, TimeProvider time, ILogger<EventPublisher> logger)
{
    /// <summary>Publishes the event of a comet server's deletion.</summary>
    public PublishedEvent ServerDel(int server) => Publish(EventRecord.ServerDel(server, time.GetUtcNow()));

    /// <summary>Publishes the event of a count.</summary>
    /// <param name="type"><c>room</c>, <c>server</c> or <c>total</c>.</param>
    /// <param name="roomId">The only room that is counted. Null for all.</param>
    /// <param name="data">The counts as in the answer, UTF-8 JSON.</param>
    public PublishedEvent Count(string type, int? roomId, ReadOnlyMemory<byte> data) =>
        Publish(EventRecord.Count(type, roomId, data, time.GetUtcNow()));

    /// <summary>The event for the output binding. Null if there is none, it is too large, or our own producer has taken it.</summary>
    /// <param name="value">JSON of ASCII characters, or null.</param>
    public string? ForBinding(string? value) => value is null ? null : Publish(value).ForBinding;

    /// <summary>The events for the output binding. Null if there are none.</summary>
    /// <param name="values">Each is JSON of ASCII characters.</param>
    public string[]? ForBinding(IReadOnlyList<string> values)
    {
        var forBinding = new List<string>(values.Count);
        foreach (var value in values)
        {
            if (ForBinding(value) is { } each)
            {
                forBinding.Add(each);
            }
        }

        return forBinding.Count > 0 ? [.. forBinding] : null;
    }

    private PublishedEvent Publish(string value)
    {
        if (value.Length > new RecordSize(kafka.Value.MaxRecordBytes).MaxValueBytes)
        {
            metrics.EventDropped();
            logger.EventTooLarge(value.Length, kafka.Value.MaxRecordBytes);
            return new PublishedEvent(null, IsDropped: true);
        }

        if (!kafka.Value.UsesToken)
        {
            return new PublishedEvent(value, IsDropped: false);
        }

        // The output binding cannot sign in with an identity's token.
        return new PublishedEvent(null, IsDropped: !producer.SendEvent(Encoding.ASCII.GetBytes(value)));
    }
}

/// <summary>An event on its way.</summary>
/// <param name="ForBinding">The event for the output binding. Null if it is dropped, or our own producer has taken it.</param>
/// <param name="IsDropped">Whether it is known that the event is not sent.</param>
public readonly record struct PublishedEvent(string? ForBinding, bool IsDropped);

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1, Level = LogLevel.Warning, Message = "An event of {Bytes} bytes is not published: KafkaMaxRecordBytes is {Limit}.")]
    public static partial void EventTooLarge(this ILogger logger, int bytes, int limit);
}
