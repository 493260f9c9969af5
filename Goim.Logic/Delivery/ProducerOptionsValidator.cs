using Microsoft.Extensions.Options;

namespace Goim.Logic.Delivery;

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
