using Confluent.Kafka;
using Goim.Kafka;

namespace Goim.LocalHost.Outputs;

/// <summary>A producer as the Kafka extension makes it: librdkafka's defaults, except for the attribute's settings.</summary>
internal sealed class OutputProducer : IDisposable
{
    // Shared by all records: Produce makes one for each record that has none.
    private readonly Headers noHeaders = [];
    private readonly IProducer<byte[]?, byte[]> producer;
    private readonly Action<DeliveryReport<byte[]?, byte[]>> delivered;

    public OutputProducer(OutputSettings settings, KafkaOptions kafka, CauseLimit lost, KafkaClientLog log, ILogger logger)
    {
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
        producer = KafkaLibrary.Make(new ProducerBuilder<byte[]?, byte[]>(configuration)
            .SetLogHandler((_, line) => log.Line(line))
            .SetErrorHandler((_, error) => log.Failed(error))
            .Build);
        delivered = report =>
        {
            if (report.Error.IsError && lost.IsDue(report.Topic, report.Error.Code, out var leftOut))
            {
                logger.RecordLost(report.Topic, report.Error.Code, leftOut);
            }
        };
    }

    /// <summary>Queues a record. Does not wait for its delivery.</summary>
    /// <exception cref="ProduceException{TKey, TValue}">The queue is full, or the record is too large.</exception>
    public void Queue(string topic, byte[]? key, byte[] value) =>
        producer.Produce(topic, new Message<byte[]?, byte[]> { Key = key, Value = value, Headers = noHeaders }, delivered);

    public int Flush(TimeSpan timeout) => producer.Flush(timeout);

    public void Dispose() => producer.Dispose();
}
