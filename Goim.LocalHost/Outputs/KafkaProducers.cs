using System.Collections.Concurrent;
using Goim.Kafka;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Outputs;

/// <summary>The producers behind the Kafka outputs: one for all outputs whose attributes say the same.</summary>
internal sealed class KafkaProducers(IConfiguration configuration, IOptions<KafkaOptions> options, ILogger<KafkaProducers> logger) : IDisposable
{
    private readonly ConcurrentDictionary<OutputSettings, Lazy<OutputProducer>> producers = new();

    public OutputProducer For(KafkaOutputAttribute output)
    {
        // As the start under the Functions host puts it into the binding (KafkaBinding).
        var settings = new OutputSettings(
            Resolve(output.BrokerList), options.Value.MaxMessageBytes, output.BatchSize, output.EnableIdempotence,
            output.MessageTimeoutMs, output.RequestTimeoutMs, output.MaxRetries, output.LingerMs);
        return producers.GetOrAdd(settings, key => new Lazy<OutputProducer>(() => new OutputProducer(key, options.Value, logger))).Value;
    }

    /// <summary>What the host makes of an attribute's text: <c>%NAME%</c> is the setting NAME.</summary>
    /// <exception cref="InvalidOperationException">There is no such setting.</exception>
    public string Resolve(string text) => text is ['%', .. var name, '%']
        ? configuration[name] is { Length: > 0 } value ? value : throw new InvalidOperationException($"The setting {name} is missing.")
        : text;

    /// <summary>Waits until everything queued is delivered or <paramref name="patience"/> is over.</summary>
    /// <returns>How many records are still queued.</returns>
    public int Flush(TimeSpan patience)
    {
        var end = DateTime.UtcNow + patience;
        return producers.Values.Sum(producer => producer.Value.Flush(TimeSpan.FromTicks(Math.Max(0, (end - DateTime.UtcNow).Ticks))));
    }

    public void Dispose()
    {
        foreach (var producer in producers.Values)
        {
            producer.Value.Dispose();
        }
    }
}

/// <summary>What of an output's attribute makes a producer another one.</summary>
internal readonly record struct OutputSettings(
    string Brokers, int MaxMessageBytes, int BatchSize, bool EnableIdempotence, int MessageTimeoutMs, int RequestTimeoutMs, int MaxRetries, int LingerMs);
