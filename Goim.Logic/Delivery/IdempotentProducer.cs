using Confluent.Kafka;
using Goim.Kafka;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Delivery;

/// <summary>
/// An idempotent librdkafka producer with acks=all. It is made at the start, and made again for the first record after a fatal error.
/// </summary>
internal sealed class IdempotentProducer(
    KafkaOptions kafka, ProducerOptions settings, KafkaToken token, ProducerQueue queue, ReportedRecords reported, KafkaClientLog log)
    : IDisposable
{
    /// <summary>
    /// Maximum delay of librdkafka's delivery report after the delivery timeout. It looks for such records once a second.
    /// </summary>
    public static readonly TimeSpan MaxReportDelay = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private OpenProducer? producer;

    /// <summary>Makes the producer, if there is none.</summary>
    public void Open() => Current();

    /// <summary>Queues a record, as <see cref="OpenProducer.Produce"/> does.</summary>
    /// <exception cref="ProduceException{TKey, TValue}">The record is not queued, and its slot is not freed.</exception>
    public void Produce(TopicPartition partition, Message<byte[]?, byte[]> message, PendingDelivery delivery, int record) =>
        Current().Produce(partition, message, delivery, record);

    /// <summary>Waits until every record is reported, or <paramref name="timeout"/> is over.</summary>
    public void Flush(TimeSpan timeout) => Volatile.Read(ref producer)?.Flush(timeout);

    public void Dispose() => producer?.Dispose();

    private OpenProducer Current()
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

    private OpenProducer Build()
    {
        var builder = new ProducerBuilder<byte[]?, byte[]>(Configuration())
            .SetLogHandler((_, line) => log.Line(line))
            .SetErrorHandler(Failed);
        var made = KafkaLibrary.Make(
            (kafka.UsesToken ? builder.SetOAuthBearerTokenRefreshHandler(token.Refresh) : builder).Build);
        return new OpenProducer(made, queue, reported);
    }

    // A producer with a fatal error (it has lost its place among the broker's sequence numbers) sends nothing more. The next record gets a
    // new producer.
    private void Failed(IProducer<byte[]?, byte[]> failed, Error error)
    {
        log.Failed(error);
        if (!error.IsFatal)
        {
            return;
        }

        OpenProducer retired;
        lock (gate)
        {
            if (producer is null || !producer.Is(failed))
            {
                return;
            }

            (retired, producer) = (producer, null);
            retired.Fail(error.Code);
        }

        _ = RetireAsync(retired);
    }

    // Not disposed of at once: another thread may be about to use it, and its records still have to be reported.
    private async Task RetireAsync(OpenProducer failed)
    {
        await Task.Delay(settings.DeliveryTimeout + MaxReportDelay);
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

            // A topic is missing when the broker has said so for this long: a cluster that creates topics takes a moment. The default is as
            // long as the delivery timeout.
            TopicMetadataPropagationMaxMs = Math.Min(500, timeoutMs / 2),
            TopicMetadataRefreshIntervalMs = 30_000, // After this time a topic is tried again that the broker did not let us write to.
            DeliveryReportFields = "status",
            EnableBackgroundPoll = false, // OpenProducer polls.
        };
        configuration.Set("partitioner", settings.Partitioner); // Confluent's enum lacks sarama's.
        return configuration;
    }
}
