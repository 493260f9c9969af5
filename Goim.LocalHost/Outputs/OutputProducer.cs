using Confluent.Kafka;
using Goim.Kafka;

namespace Goim.LocalHost.Outputs;

/// <summary>A producer as the Kafka extension makes it: librdkafka's defaults, except for the attribute's settings.</summary>
internal sealed class OutputProducer : IDisposable
{
    private readonly IProducer<byte[]?, byte[]> producer;
    private readonly Action<DeliveryReport<byte[]?, byte[]>> delivered;

    public OutputProducer(OutputSettings settings, KafkaOptions kafka, ILogger logger)
    {
        KafkaLibrary.Use();
        var configuration = new ProducerConfig(KafkaConnection.To(kafka))
        {
            BootstrapServers = settings.Brokers,
            MessageMaxBytes = settings.MaxMessageBytes,
            BatchNumMessages = settings.BatchSize,
            EnableIdempotence = settings.EnableIdempotence,
            MessageTimeoutMs = settings.MessageTimeoutMs,
            RequestTimeoutMs = settings.RequestTimeoutMs,
            MessageSendMaxRetries = settings.MaxRetries,
            LingerMs = settings.LingerMs,
            DeliveryReportFields = "none", // The log needs the error and the topic only, which every report has.
        };
        producer = new ProducerBuilder<byte[]?, byte[]>(configuration)
            .SetLogHandler((_, line) => logger.Librdkafka(line.Facility, line.Message))
            .SetErrorHandler((_, error) => logger.BrokerFailed(error.Code, error.Reason))
            .Build();
        delivered = report =>
        {
            if (report.Error.IsError)
            {
                logger.RecordLost(report.Topic, report.Error.Code);
            }
        };
    }

    /// <summary>Queues a record. Does not wait for its delivery.</summary>
    /// <exception cref="ProduceException{TKey, TValue}">The queue is full, or the record is too large.</exception>
    public void Queue(string topic, byte[]? key, byte[] value) =>
        producer.Produce(topic, new Message<byte[]?, byte[]> { Key = key, Value = value }, delivered);

    public int Flush(TimeSpan timeout) => producer.Flush(timeout);

    public void Dispose() => producer.Dispose();
}
