using Confluent.Kafka;
using Goim.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Delivery;

/// <summary>
/// The partitions of the push topic that have a leader, over which the records of one push are spread: librdkafka by itself would send
/// those without a key to one partition for some milliseconds. A broker is asked in the background, since partitions may be added.
/// </summary>
public sealed class TopicPartitions(IOptions<KafkaOptions> kafka, BrokerProbe probe, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WhileKnown = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WhileNot = TimeSpan.FromSeconds(1);

    private TopicPartition[] led = [];
    private uint next;

    /// <summary>
    /// Partitions for the records of a push. Librdkafka chooses if there is one record, or if no broker has answered the last question.
    /// </summary>
    internal Spread For(int records)
    {
        var partitions = Volatile.Read(ref led);
        return records < 2 || partitions.Length == 0
            ? default
            : new Spread(partitions, Interlocked.Add(ref next, (uint)records) - (uint)records);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var found = await AskAsync(stoppingToken);
            Volatile.Write(ref led, found);
            await Task.Delay(found.Length == 0 ? WhileNot : WhileKnown, time, stoppingToken);
        }
    }

    private async Task<TopicPartition[]> AskAsync(CancellationToken stopping)
    {
        try
        {
            var partitions = await probe.LedPartitionsAsync(kafka.Value.Topic, Timeout).WaitAsync(stopping);
            return [.. partitions.Select(partition => new TopicPartition(kafka.Value.Topic, partition))];
        }
        catch (KafkaException)
        {
            // TopicCheck asks too, and logs why.
            return [];
        }
    }
}

/// <summary>Partitions for the records of one push: one after the other. The default leaves the choice to librdkafka.</summary>
internal readonly struct Spread(TopicPartition[] partitions, uint first)
{
    /// <summary>The partition of a record without a key. Null if librdkafka chooses.</summary>
    public TopicPartition? Of(int record) => partitions?[(int)((first + (uint)record) % (uint)partitions.Length)];
}
