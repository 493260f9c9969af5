using Confluent.Kafka;
using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Kafka;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Topic;

/// <summary>
/// Reads every partition of the push topic on a thread of its own, from the end at start, and gives the messages to the lanes.
/// </summary>
internal sealed class TopicReader : BackgroundService
{
    /// <summary>How long a broker may take to name the partitions or their ends, and the wait before it is asked again.</summary>
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5), AskAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait for a record. A stop is noticed after it.</summary>
    private static readonly TimeSpan ConsumeWait = TimeSpan.FromMilliseconds(100);

    private readonly TopicConsumer consumers;
    private readonly BrokerProbe broker;
    private readonly CometCounters counters;
    private readonly CometMetrics metrics;
    private readonly RecordDeserializer deserializer;
    private readonly RecordDelivery delivery;
    private readonly ILogger logger;
    private readonly KafkaClientLog clientLog;
    private readonly CauseLimit limit;
    private readonly string topic;
    private readonly TopicPositions positions;
    private readonly PartitionWatch partitions;
    private volatile bool isReady, hasFailed;

    /// <param name="serverId">Id of this comet server.</param>
    /// <param name="consumers">Makes the consumer.</param>
    /// <param name="broker">Is asked for the partitions and their ends.</param>
    /// <param name="kafka">Has the topic.</param>
    /// <param name="lanes">Get the messages.</param>
    /// <param name="counters">Counts records.</param>
    /// <param name="metrics">Take whether the broker answers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets the lines.</param>
    public TopicReader(
        int serverId,
        TopicConsumer consumers,
        BrokerProbe broker,
        IOptions<KafkaOptions> kafka,
        Lanes lanes,
        CometCounters counters,
        CometMetrics metrics,
        TimeProvider time,
        ILogger<TopicReader> logger)
    {
        (this.consumers, this.broker, this.counters, this.metrics, this.logger) = (consumers, broker, counters, metrics, logger);
        deserializer = new RecordDeserializer(serverId, counters, time);
        delivery = new RecordDelivery(lanes, counters, time, logger);
        clientLog = new KafkaClientLog(logger, time);
        limit = new CauseLimit(time);
        topic = kafka.Value.Topic;
        positions = new TopicPositions(topic);
        partitions = new PartitionWatch(broker, topic, metrics);
    }

    /// <summary>Whether every record that is written from now on will be read.</summary>
    public bool IsReady => isReady;

    /// <summary>Whether all records before these offsets have been given to the lanes. May be asked by any thread.</summary>
    public bool HasRead(IReadOnlyList<TopicPartitionOffset> ends) => isReady && positions.HasRead(ends);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Factory.StartNew(
        () => Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stopping)
    {
        if (!FindEnds(stopping))
        {
            return;
        }

        while (!stopping.IsCancellationRequested)
        {
            hasFailed = false;
            var consumer = consumers.Make(deserializer, clientLog, error => hasFailed |= error.IsFatal);
            consumer.Assign(positions.All);
            if (!isReady)
            {
                isReady = true;

                // The broker has just told the ends.
                metrics.TopicAsked(isOk: true);
            }

            while (!hasFailed && !stopping.IsCancellationRequested)
            {
                ReadOne(consumer);
            }

            // librdkafka waits for requests under way. The stop of the process does not.
            _ = Task.Run(consumer.Dispose, CancellationToken.None);
            if (hasFailed)
            {
                logger.ConsumerFailed();
                stopping.WaitHandle.WaitOne(AskAgainAfter);
            }
        }
    }

    // False if the process stops before the ends are known.
    private bool FindEnds(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                positions.Begin(broker.EndsAsync(topic, AskTimeout).WaitAsync(stopping).GetAwaiter().GetResult());
                logger.ReadingFromEnd(positions.Count);
                return true;
            }
            catch (KafkaException failed)
            {
                if (limit.IsDue(topic, failed.Error.Code, out _))
                {
                    logger.EndsUnknown(failed.Error.Code, failed.Error.Reason);
                }
            }
            catch (OperationCanceledException)
            {
                return false;
            }

            stopping.WaitHandle.WaitOne(AskAgainAfter);
        }

        return false;
    }

    private void ReadOne(IConsumer<Ignore, TopicMessage> consumer)
    {
        try
        {
            if (consumer.Consume(ConsumeWait) is { } record)
            {
                delivery.Deliver(record);
                positions.Read(record.Partition.Value, record.Offset.Value);
            }

            if (partitions.Answer() is { } count && count > positions.Count)
            {
                logger.PartitionsAdded(count - positions.Count);
                consumer.IncrementalAssign(positions.Grow(count));
            }
        }
        catch (ConsumeException failed) when (failed.Error.Code == ErrorCode.Local_AutoOffsetReset)
        {
            ReadFromBeginning(consumer, failed.ConsumerRecord.Partition.Value);
        }
        catch (ConsumeException failed) when (!failed.Error.IsFatal)
        {
            // librdkafka tries again.
            clientLog.Failed(failed.Error);
        }
        catch (KafkaException failed)
        {
            clientLog.Failed(failed.Error);
            hasFailed = true;
        }
    }

    private void ReadFromBeginning(IConsumer<Ignore, TopicMessage> consumer, int partition)
    {
        var offset = positions.Reset(partition);
        counters.OffsetReset();
        if (limit.IsDue(topic, ErrorCode.OffsetOutOfRange, out var leftOut))
        {
            logger.OffsetOutOfRange(offset, partition, leftOut);
        }

        var reset = new TopicPartition(topic, partition);
        consumer.IncrementalUnassign([reset]);
        consumer.IncrementalAssign([new TopicPartitionOffset(reset, Offset.Beginning)]);
    }
}
