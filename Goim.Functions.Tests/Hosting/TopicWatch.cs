using System.Collections.Concurrent;
using Confluent.Kafka;
using Goim.Kafka;
using Goim.Protocol;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// Consumes a topic from its start while others produce, and counts its messages: the embedded broker keeps only the newest 5 MiB.
/// </summary>
internal sealed class TopicWatch : IDisposable
{
    private readonly IConsumer<byte[]?, byte[]> consumer;
    private readonly TopicPartition[] partitions;
    private readonly CancellationTokenSource leave = new();
    private readonly Task reading;
    private readonly ConcurrentDictionary<string, int> messages = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, long> next = new();
    private volatile bool isWhole = true;

    public TopicWatch(string brokers, string topic)
    {
        KafkaLibrary.Use();
        consumer = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig
        {
            BootstrapServers = brokers,
            GroupId = $"watch-{Guid.NewGuid():N}",
            EnableAutoCommit = false,
            FetchWaitMaxMs = 20,
            ReconnectBackoffMaxMs = 200,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).SetLogHandler(static (_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var metadata = admin.GetMetadata(topic, Eventually.Limit).Topics.Single();
        partitions = [.. metadata.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId))];
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, 0)));
        reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Reads to the current end of the topic. Returns how often each message (its text) has been on it.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountedAsync()
    {
        foreach (var partition in partitions)
        {
            await Eventually.UntilAsync(async () =>
                await Task.Run(() => End(partition)) is { } end && next.GetValueOrDefault(partition.Partition.Value) >= end);
        }

        Assert.True(isWhole, "a record was no record of goim's, or one was missed");
        return messages;
    }

    /// <summary>Whether a message has been read so far.</summary>
    public bool HasRead(string message) => messages.ContainsKey(message);

    public void Dispose()
    {
        leave.Cancel();
        reading.Wait();
        consumer.Dispose();
        leave.Dispose();
    }

    private long? End(TopicPartition partition)
    {
        try
        {
            return consumer.QueryWatermarkOffsets(partition, Eventually.Limit).High.Value;
        }
        catch (KafkaException)
        {
            // As in Consume.
            return null;
        }
    }

    private void Read()
    {
        while (!leave.IsCancellationRequested)
        {
            if (Consume() is not { } record)
            {
                continue;
            }

            isWhole &= record.Offset.Value == next.GetValueOrDefault(record.Partition.Value);
            next[record.Partition.Value] = record.Offset.Value + 1;
            if (KafkaRecord.Read(record.Message.Value) is { } read)
            {
                messages.AddOrUpdate(System.Text.Encoding.UTF8.GetString(read.Msg), 1, static (_, count) => count + 1);
            }
            else
            {
                isWhole = false;
            }
        }
    }

    private ConsumeResult<byte[]?, byte[]>? Consume()
    {
        try
        {
            return consumer.Consume(TimeSpan.FromMilliseconds(50));
        }
        catch (ConsumeException)
        {
            // A broker that is down, or a partition between two leaders.
            return null;
        }
    }
}
