using Confluent.Kafka;
using Goim.Kafka;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Delivery;

/// <summary>
/// Our own producer, which delivers acknowledged pushes: idempotent, acks=all. The records of a push are queued all or none. At most
/// <c>KafkaQueueMessages</c> records and 256 MiB wait at once.
/// </summary>
public sealed class RecordProducer : IDisposable
{
    private readonly KafkaOptions kafka;
    private readonly ProducerOptions settings;
    private readonly IdempotentProducer producer;
    private readonly GoimMetrics metrics;
    private readonly ILogger<RecordProducer> logger;
    private readonly ReportedRecords reported;
    private readonly ProducerQueue queue;
    private readonly CancellationTokenSource stopped = new();
    private readonly SharedTimeout timeout;
    private readonly RecordSender sender;

    public RecordProducer(
        IOptions<KafkaOptions> kafka,
        IOptions<ProducerOptions> settings,
        KafkaToken token,
        TopicPartitions partitions,
        GoimMetrics metrics,
        TimeProvider time,
        ILogger<RecordProducer> logger)
    {
        this.kafka = kafka.Value;
        this.settings = settings.Value;
        this.metrics = metrics;
        this.logger = logger;
        queue = new ProducerQueue(this.settings.QueueMessages);
        reported = new ReportedRecords(this.kafka.Topic, logger, time);
        producer = new IdempotentProducer(this.kafka, this.settings, token, queue, reported, new KafkaClientLog(logger, time));
        sender = new RecordSender(producer, queue, reported, partitions, this.kafka);
        timeout = new SharedTimeout(this.settings.DeliveryTimeout + IdempotentProducer.MaxReportDelay, stopped.Token);
    }

    // The error of a record whose report has not come when the wait is over.
    private ErrorCode Unreported => stopped.IsCancellationRequested ? ErrorCode.Local_Destroy : ErrorCode.Local_TimedOut;

    /// <summary>Whether the broker refused the last push because the app may not write to the topic, less than a minute ago.</summary>
    internal bool MayNotWrite => reported.MayNotWrite;

    /// <summary>Makes the producer, if there is none.</summary>
    internal void Open() => producer.Open();

    /// <summary>Queues the records of one push and waits for their reports, until some seconds after the delivery timeout.</summary>
    /// <param name="records">All of them are queued, or none.</param>
    /// <param name="idempotencyKey">Goes into the header <c>goim-idempotency-key</c>. Null for none.</param>
    // Not cancelled when the caller leaves: the records are queued already.
    internal ValueTask<DeliveryResult> SendAsync(PushRecord[] records, string? idempotencyKey) =>
        ResultAsync(Send(records, idempotencyKey), BeginWait());

    /// <summary>Queues the records of one push. They are refused if the queue is full for now.</summary>
    internal PendingDelivery Send(PushRecord[] records, string? idempotencyKey) =>
        TrySend(records, idempotencyKey) ?? PendingDelivery.Refused(records.Length, ErrorCode.Local_QueueFull);

    /// <summary>Queues the records of one push. Null, and nothing is queued, if the queue is full for now.</summary>
    internal PendingDelivery? TrySend(PushRecord[] records, string? idempotencyKey) =>
        TrySend(records, [new PushRange(0, records.Length)], idempotencyKey);

    /// <summary>Queues the records of some pushes. Null, and nothing is queued, if the queue is full for now.</summary>
    /// <param name="records">Records, also of other pushes.</param>
    /// <param name="pushes">
    /// The records of each push. If librdkafka does not take one of them, the further pushes are queued all the same.
    /// </param>
    /// <param name="idempotencyKey">Goes into the header <c>goim-idempotency-key</c>. Null for none.</param>
    internal PendingDelivery? TrySend(ReadOnlySpan<PushRecord> records, ReadOnlySpan<PushRange> pushes, string? idempotencyKey)
    {
        var (count, bytes) = (0, 0L);
        foreach (var push in pushes)
        {
            count += push.Count;
            foreach (ref readonly var record in push.Of(records))
            {
                bytes += record.Length;
            }
        }

        producer.Open();
        return queue.TryEnter(count, bytes) ? sender.Send(records, pushes, count, idempotencyKey)
            : queue.IsClosed ? PendingDelivery.Refused(count, ErrorCode.Local_Destroy)
            : null;
    }

    /// <summary>The end of a wait for reports that begins now: some seconds after the delivery timeout, or the stop of the app.</summary>
    internal CancellationToken BeginWait() => timeout.Begin();

    /// <summary>The result when every record is reported, or the wait is over. Call it once, as <see cref="End"/>.</summary>
    internal async ValueTask<DeliveryResult> ResultAsync(PendingDelivery delivery, CancellationToken endOfWait)
    {
        await delivery.WaitAsync(endOfWait);
        return End(delivery);
    }

    /// <summary>The result of a delivery whose wait is over. Call it once: it counts the records.</summary>
    internal DeliveryResult End(PendingDelivery delivery)
    {
        var result = ResultOf(delivery);
        metrics.RecordsDelivered(result.Acknowledgements.Length, result.Records - result.Acknowledgements.Length);
        return result;
    }

    /// <summary>What is known of a delivery now.</summary>
    internal DeliveryResult ResultOf(PendingDelivery delivery) => delivery.Result(Unreported);

    /// <summary>What is known of some records of a delivery now.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="start">Index of the first record.</param>
    /// <param name="count">Their number.</param>
    internal DeliveryResult ResultOf(PendingDelivery delivery, int start, int count) => delivery.Result(start, count, Unreported);

    /// <summary>The problem of a push with more records than the queue can hold. Null if they fit into an empty queue.</summary>
    internal Problem? NeverFits(int records) => queue.NeverFits(records);

    /// <summary>Queues an event. False if it is not queued. A later failure is counted and logged.</summary>
    internal bool SendEvent(byte[] value)
    {
        producer.Open();
        if (!queue.TryEnter(1, value.Length))
        {
            metrics.EventDropped();
            reported.Add(kafka.EventsTopic, queue.IsClosed ? ErrorCode.Local_Destroy : ErrorCode.Local_QueueFull);
            return false;
        }

        if (sender.SendEvent(value) is not { } delivery)
        {
            metrics.EventDropped();
            return false;
        }

        _ = CountIfDroppedAsync(delivery);
        return true;
    }

    /// <summary>Takes no more records and flushes, so that every waiting caller is answered. Further calls do nothing.</summary>
    internal async Task FlushAndCloseAsync()
    {
        if (!queue.Close())
        {
            return;
        }

        try
        {
            if (queue.Count > 0)
            {
                await Task.Factory.StartNew(
                    () => producer.Flush(settings.FlushTimeout),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default);
            }
        }
        finally
        {
            await stopped.CancelAsync();
        }

        if (queue.Count is > 0 and var pending)
        {
            logger.RecordsNotAcknowledged(pending);
        }
    }

    public void Dispose()
    {
        producer.Dispose();
        stopped.Dispose();
    }

    private async Task CountIfDroppedAsync(PendingDelivery delivery)
    {
        await delivery.WaitAsync(CancellationToken.None);
        if (ResultOf(delivery).Outcome != DeliveryOutcome.All)
        {
            metrics.EventDropped();
        }
    }
}
