using System.Text;
using Confluent.Kafka;
using Goim.Kafka;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Writes values of a test's own to a topic.</summary>
internal sealed class TopicProducer : IDisposable
{
    private readonly IProducer<Null, byte[]> producer;
    private readonly string topic;

    public TopicProducer(string brokers, string topic)
    {
        this.topic = topic;
        producer = KafkaLibrary.Make(new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = brokers,
            LingerMs = 0,
            MessageMaxBytes = 21_000_000,
            EnableIdempotence = true,
            ReconnectBackoffMaxMs = 200,
        }).SetLogHandler(static (_, _) => { }).Build);
    }

    /// <summary>Writes a value, and returns when the broker has it.</summary>
    public Task<DeliveryResult<Null, byte[]>> WriteAsync(string value, int partition = 0) =>
        WriteAsync(Encoding.UTF8.GetBytes(value), partition);

    public Task<DeliveryResult<Null, byte[]>> WriteAsync(byte[]? value, int partition = 0) =>
        producer.ProduceAsync(new TopicPartition(topic, partition), new Message<Null, byte[]> { Value = value! });

    /// <summary>Writes a value with a timestamp of the test's own.</summary>
    public Task WriteAsync(byte[] value, Timestamp time) =>
        producer.ProduceAsync(new TopicPartition(topic, 0), new Message<Null, byte[]> { Value = value, Timestamp = time });

    /// <summary>Writes a message to everyone, and returns when the broker has it.</summary>
    public Task WriteToAllAsync(string message, int partition = 0) => WriteAsync(
        $$"""{"op":"broadcast","msg":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(message))}}"}""", partition);

    public void Dispose() => producer.Dispose();
}
