using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Delivery;

/// <summary>An idempotent producer with acks=all, made when the first record comes, and made anew when the broker will have no more of it.</summary>
internal sealed class IdempotentProducer(KafkaOptions kafka, ProducerOptions settings, KafkaToken token, ILogger logger) : IDisposable
{
    private readonly Lock gate = new();
    private IProducer<byte[]?, byte[]>? producer;

    /// <summary>Makes the producer, if there is none.</summary>
    public void Open() => Current();

    /// <summary>Queues a record; what becomes of it is told to <paramref name="answered"/>.</summary>
    /// <exception cref="ProduceException{TKey, TValue}">It is not queued.</exception>
    public void Produce(string topic, Message<byte[]?, byte[]> message, Action<DeliveryReport<byte[]?, byte[]>> answered) => Current().Produce(topic, message, answered);

    /// <summary>Waits until every record is answered for, or <paramref name="patience"/> is over.</summary>
    public void Flush(TimeSpan patience) => Volatile.Read(ref producer)?.Flush(patience);

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
        return (kafka.Authentication == KafkaAuthentication.OAuthBearer ? builder.SetOAuthBearerTokenRefreshHandler(token.Refresh) : builder).Build();
    }

    // One that has lost its place among the broker's sequence numbers can send nothing any more: the next record gets a new one.
    private void Failed(IProducer<byte[]?, byte[]> failed, Error error)
    {
        logger.BrokerFailed(error.Code, error.Reason);
        if (!error.IsFatal || Interlocked.CompareExchange(ref producer, null, failed) != failed)
        {
            return;
        }

        _ = RetireAsync(failed);
    }

    // Others may have got hold of it a moment ago, and what it holds is reported before it goes.
    private async Task RetireAsync(IProducer<byte[]?, byte[]> failed)
    {
        await Task.Delay(settings.DeliveryTimeout);
        failed.Dispose();
    }

    private ProducerConfig Configuration()
    {
        var configuration = new ProducerConfig(KafkaConnection.To(kafka))
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            CompressionType = settings.CompressionType,
            MessageTimeoutMs = (int)settings.DeliveryTimeout.TotalMilliseconds,

            // Not longer than a caller waits, so that what Event Hubs would hold up longer is refused, not appended after the answer; and no less
            // than it takes: https://learn.microsoft.com/azure/event-hubs/apache-kafka-configurations
            RequestTimeoutMs = Math.Max((int)settings.DeliveryTimeout.TotalMilliseconds, 20_001),
            MessageMaxBytes = kafka.MaxMessageBytes,
            QueueBufferingMaxMessages = ProducerQueue.LibraryMessages(settings.QueueMessages),
            QueueBufferingMaxKbytes = ProducerQueue.LibraryKbytes,
            LingerMs = 1,
            TopicMetadataRefreshIntervalMs = 30_000, // How soon a topic is tried again that the broker did not let us write to.
            DeliveryReportFields = "status",
        };
        configuration.Set("partitioner", settings.Partitioner); // Confluent's enum lacks sarama's.
        return configuration;
    }
}
