using Confluent.Kafka;
using Microsoft.Extensions.Configuration;

namespace Goim.Logic.Delivery;

/// <summary>Settings <c>Kafka*</c> of our own producer, which <c>ack=broker</c> goes through; the output binding knows none of them.</summary>
public sealed class ProducerOptions : ICheckedOptions
{
    /// <summary>How a room's partition is found, librdkafka's name: <c>consistent_random</c> (the output binding's) unless set; <c>fnv1a_random</c> is sarama's.</summary>
    [ConfigurationKeyName("KafkaPartitioner")]
    public string Partitioner { get; set; } = "consistent_random";

    /// <summary><c>none</c> unless set; Event Hubs takes <c>gzip</c> only.</summary>
    [ConfigurationKeyName("KafkaCompression")]
    public string Compression { get; set; } = "none";

    /// <summary>How long a record may wait for its acknowledgement, retries included: 100 ms to 45 s, 30 s unless set.</summary>
    // Shorter than the 60 s for which an idempotency key is held.
    [ConfigurationKeyName("KafkaDeliveryTimeout")]
    public TimeSpan DeliveryTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Records that may wait for their acknowledgement at once: 1 to 10,000,000, 100,000 unless set.</summary>
    [ConfigurationKeyName("KafkaQueueMessages")]
    public int QueueMessages { get; set; } = 100_000;

    /// <summary>How long a stop waits for what is queued; no setting, since it is the host that gives the time.</summary>
    // A Functions host gives its worker 5 s.
    internal TimeSpan FlushGrace { get; set; } = TimeSpan.FromSeconds(3.5);

    internal CompressionType CompressionType => Enum.Parse<CompressionType>(Compression, ignoreCase: true);

    IEnumerable<string> ICheckedOptions.Problems()
    {
        if (Partitioner is not ("consistent_random" or "fnv1a_random" or "murmur2_random"))
        {
            yield return $"KafkaPartitioner is '{Partitioner}': expected consistent_random, fnv1a_random or murmur2_random.";
        }

        if (Compression is not ("none" or "gzip" or "snappy" or "lz4" or "zstd"))
        {
            yield return $"KafkaCompression is '{Compression}': expected none, gzip, snappy, lz4 or zstd.";
        }

        if (DeliveryTimeout < TimeSpan.FromMilliseconds(100) || DeliveryTimeout > TimeSpan.FromSeconds(45))
        {
            yield return $"KafkaDeliveryTimeout is {DeliveryTimeout}: expected 00:00:00.100 to 00:00:45.";
        }

        if (QueueMessages is < 1 or > 10_000_000)
        {
            yield return $"KafkaQueueMessages is {QueueMessages}: expected 1 to 10000000.";
        }
    }
}
