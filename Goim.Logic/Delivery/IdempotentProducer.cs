using Confluent.Kafka;
using Goim.Kafka;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Delivery;

/// <summary>
/// An idempotent librdkafka producer with acks=all. It is made for the first record, and made again after a fatal error.
/// </summary>
internal sealed class IdempotentProducer(KafkaOptions kafka, ProducerOptions settings, KafkaToken token, ILogger logger) : IDisposable
{
    private readonly Lock gate = new();
    private IProducer<byte[]?, byte[]>? producer;

    /// <summary>Makes the producer, if there is none.</summary>
    public void Open() => Current();

    /// <summary>Queues a record. <paramref name="delivered"/> gets its delivery report.</summary>
    /// <exception cref="ProduceException{TKey, TValue}">The record is not queued.</exception>
    public void Produce(string topic, Message<byte[]?, byte[]> message, Action<DeliveryReport<byte[]?, byte[]>> delivered) =>
        Current().Produce(topic, message, delivered);

    /// <summary>Waits until every record is reported, or <paramref name="timeout"/> is over.</summary>
    public void Flush(TimeSpan timeout) => Volatile.Read(ref producer)?.Flush(timeout);

    public void Dispose() => producer?.Dispose();

    private IProducer<byte[]?, byte[]> Current()
    {
        if (Volatile.Read(ref producer) is { } made)
        {
            return made;
        }

        lock (gate)
        {
            return producer ??= Build();
        }
    }

    private IProducer<byte[]?, byte[]> Build()
    {
        KafkaLibrary.Use();
        var builder = new ProducerBuilder<byte[]?, byte[]>(Configuration())
            .SetLogHandler((_, line) => logger.Librdkafka(line.Facility, line.Message))
            .SetErrorHandler(Failed);
        return (kafka.UsesToken ? builder.SetOAuthBearerTokenRefreshHandler(token.Refresh) : builder).Build();
    }

    // A producer with a fatal error (it has lost its place among the broker's sequence numbers) sends nothing more. The next record gets a
    // new producer.
    private void Failed(IProducer<byte[]?, byte[]> failed, Error error)
    {
        logger.BrokerFailed(error.Code, error.Reason);
        if (error.IsFatal && Interlocked.CompareExchange(ref producer, null, failed) == failed)
        {
            _ = RetireAsync(failed);
        }
    }

    // Not disposed of at once: another thread may be about to use it, and its records still have to be reported.
    private async Task RetireAsync(IProducer<byte[]?, byte[]> failed)
    {
        await Task.Delay(settings.DeliveryTimeout);
        failed.Dispose();
    }

    private ProducerConfig Configuration()
    {
        var timeoutMs = (int)settings.DeliveryTimeout.TotalMilliseconds;
        var configuration = new ProducerConfig(KafkaConnection.To(kafka))
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            CompressionType = settings.CompressionType,
            MessageTimeoutMs = timeoutMs,

            // Event Hubs refuses what it would delay longer than this. At most as long as a caller waits, so that no record is appended
            // after the answer; at least what Event Hubs accepts:
            // https://learn.microsoft.com/azure/event-hubs/apache-kafka-configurations
            RequestTimeoutMs = Math.Max(timeoutMs, 20_001),
            MessageMaxBytes = kafka.MaxMessageBytes,
            QueueBufferingMaxMessages = ProducerQueue.LibraryMessages(settings.QueueMessages),
            QueueBufferingMaxKbytes = ProducerQueue.LibraryKbytes,
            LingerMs = 1,
            TopicMetadataRefreshIntervalMs = 30_000, // After this time a topic is tried again that the broker did not let us write to.
            DeliveryReportFields = "status",
        };
        configuration.Set("partitioner", settings.Partitioner); // Confluent's enum lacks sarama's.
        return configuration;
    }
}
