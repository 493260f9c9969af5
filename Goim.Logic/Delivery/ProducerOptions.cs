using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

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

/// <summary>Checks the settings of our own producer.</summary>
internal sealed class ProducerOptionsValidator : IValidateOptions<ProducerOptions>
{
    public ValidateOptionsResult Validate(string? name, ProducerOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.Partitioner is not ("consistent_random" or "fnv1a_random" or "murmur2_random"))
        {
            result.AddError($"KafkaPartitioner is '{options.Partitioner}': expected consistent_random, fnv1a_random or murmur2_random.");
        }

        if (options.Compression is not ("none" or "gzip" or "snappy" or "lz4" or "zstd"))
        {
            result.AddError($"KafkaCompression is '{options.Compression}': expected none, gzip, snappy, lz4 or zstd.");
        }

        if (options.DeliveryTimeout < TimeSpan.FromMilliseconds(100) || options.DeliveryTimeout > TimeSpan.FromSeconds(45))
        {
            result.AddError($"KafkaDeliveryTimeout is {options.DeliveryTimeout}: expected 00:00:00.100 to 00:00:45.");
        }

        if (options.QueueMessages is < 1 or > 10_000_000)
        {
            result.AddError($"KafkaQueueMessages is {options.QueueMessages}: expected 1 to 10000000.");
        }

        return result.Build();
    }
}
