using Confluent.Kafka;
using Microsoft.Extensions.Configuration;

namespace Goim.Logic.Delivery;

/// <summary>
/// Settings <c>Kafka*</c> of our own producer, which delivers pushes with <c>ack=broker</c>. The output binding has none of them.
/// </summary>
public sealed class ProducerOptions
{
    /// <summary>The settings have no section of their own.</summary>
    public const string Section = "";

    /// <summary>
    /// librdkafka's partitioner, which chooses a room's partition: <c>consistent_random</c> (the output binding's) unless set;
    /// <c>fnv1a_random</c> is sarama's, <c>murmur2_random</c> is Java's.
    /// </summary>
    [ConfigurationKeyName("KafkaPartitioner")]
    public string Partitioner { get; set; } = "consistent_random";

    /// <summary><c>none</c> unless set. Event Hubs takes <c>gzip</c> only.</summary>
    [ConfigurationKeyName("KafkaCompression")]
    public string Compression { get; set; } = "none";

    /// <summary>Longest wait of a record for its acknowledgement, retries included: 100 ms to 45 s, 30 s unless set.</summary>
    // Shorter than the 60 s for which an idempotency key is claimed.
    [ConfigurationKeyName("KafkaDeliveryTimeout")]
    public TimeSpan DeliveryTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Most records that wait for their acknowledgement at once: 1 to 10,000,000, 100,000 unless set.</summary>
    [ConfigurationKeyName("KafkaQueueMessages")]
    public int QueueMessages { get; set; } = 100_000;

    /// <summary>How long a stop waits for the records in the queue. Not a setting: the host decides how long a stop may take.</summary>
    // The Functions host gives its worker 5 s.
    internal TimeSpan FlushTimeout { get; set; } = TimeSpan.FromSeconds(3.5);

    internal CompressionType CompressionType => Enum.Parse<CompressionType>(Compression, ignoreCase: true);
}
