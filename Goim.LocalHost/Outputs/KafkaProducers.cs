using System.Collections.Concurrent;
using Goim.Kafka;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Outputs;

/// <summary>The producers of the Kafka outputs. Outputs with equal <see cref="OutputSettings"/> share one.</summary>
internal sealed class KafkaProducers(
    IConfiguration configuration, IOptions<KafkaOptions> options, TimeProvider time, ILogger<KafkaProducers> logger) : IDisposable
{
    private readonly CauseLimit lost = new(time);
    private readonly KafkaClientLog log = new(logger, time);
    private readonly ConcurrentDictionary<OutputSettings, Lazy<OutputProducer>> producers = new();

    public OutputProducer For(KafkaOutputAttribute output)
    {
        // The record size is the setting's, which KafkaBinding puts into the binding under the Functions host.
        var settings = new OutputSettings(
            Resolve(output.BrokerList), options.Value.MaxMessageBytes, output.BatchSize, output.EnableIdempotence,
            output.MessageTimeoutMs, output.RequestTimeoutMs, output.MaxRetries, output.LingerMs);
        return producers.GetOrAdd(settings, Make).Value;

        Lazy<OutputProducer> Make(OutputSettings key) => new(() => new OutputProducer(key, options.Value, lost, log, logger));
    }

    /// <summary>Replaces <c>%NAME%</c> by the setting NAME. Any other text is returned as it is.</summary>
    /// <exception cref="InvalidOperationException">There is no such setting.</exception>
    public string Resolve(string text) => text is ['%', .. var name, '%']
        ? configuration[name] is { Length: > 0 } value ? value : throw new InvalidOperationException($"The setting {name} is missing.")
        : text;

    /// <summary>Waits until every queued record is delivered, or <paramref name="timeout"/> is over.</summary>
    /// <returns>Number of records that are still queued.</returns>
    public int Flush(TimeSpan timeout)
    {
        var end = DateTime.UtcNow + timeout;
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

/// <summary>The settings of a producer, as the outputs' attributes give them.</summary>
internal readonly record struct OutputSettings(
    string Brokers,
    int MaxMessageBytes,
    int BatchSize,
    bool EnableIdempotence,
    int MessageTimeoutMs,
    int RequestTimeoutMs,
    int MaxRetries,
    int LingerMs);
