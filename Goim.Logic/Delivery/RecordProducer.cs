using System.Text;
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
    private const string IdempotencyHeader = "goim-idempotency-key";

    private readonly KafkaOptions kafka;
    private readonly ProducerOptions settings;
    private readonly IdempotentProducer producer;
    private readonly GoimMetrics metrics;
    private readonly ILogger<RecordProducer> logger;
    private readonly ReportedRecords reported;
    private readonly ProducerQueue queue;
    private readonly CancellationTokenSource stopped = new();
    private readonly SharedTimeout timeout;

    public RecordProducer(
        IOptions<KafkaOptions> kafka,
        IOptions<ProducerOptions> settings,
        KafkaToken token,
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
        timeout = new SharedTimeout(this.settings.DeliveryTimeout + IdempotentProducer.MaxReportDelay, stopped.Token);
    }

    /// <summary>Whether the broker refused the last push because the app may not write to the topic, less than a minute ago.</summary>
    internal bool MayNotWrite => reported.MayNotWrite;

    /// <summary>Makes the producer, if there is none.</summary>
    internal void Open() => producer.Open();

    /// <summary>Queues the records of one push and waits for their reports, until some seconds after the delivery timeout.</summary>
    /// <param name="records">All of them are queued, or none.</param>
    /// <param name="idempotencyKey">Goes into the header <c>goim-idempotency-key</c>. Null for none.</param>
    // Not cancelled when the caller leaves: the records are queued already.
    internal ValueTask<DeliveryResult> SendAsync(PushRecord[] records, string? idempotencyKey)
    {
        var delivery = TrySend(records, idempotencyKey) ?? PendingDelivery.Refused(records.Length, ErrorCode.Local_QueueFull);
        return ResultAsync(delivery, BeginWait());
    }

    /// <summary>Queues the records of one push. Null, and nothing is queued, if the queue is full for now.</summary>
    internal PendingDelivery? TrySend(PushRecord[] records, string? idempotencyKey)
    {
        var bytes = 0L;
        foreach (var record in records)
        {
            bytes += record.Length;
        }

        producer.Open();
        return queue.TryEnter(records.Length, bytes) ? Send(records, idempotencyKey)
            : queue.IsClosed ? PendingDelivery.Refused(records.Length, ErrorCode.Local_Destroy)
            : null;
    }

    /// <summary>The end of a wait for reports that begins now: some seconds after the delivery timeout, or the stop of the app.</summary>
    internal CancellationToken BeginWait() => timeout.Begin();

    /// <summary>The result when every record is reported, or the wait is over. Call it once: it counts the records.</summary>
    internal async ValueTask<DeliveryResult> ResultAsync(PendingDelivery delivery, CancellationToken endOfWait)
    {
        await delivery.Completed.WaitAsync(endOfWait).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var result = ResultOf(delivery);
        metrics.RecordsDelivered(result.Acknowledgements.Length, result.Records - result.Acknowledgements.Length);
        return result;
    }

    /// <summary>What is known of a delivery now.</summary>
    internal DeliveryResult ResultOf(PendingDelivery delivery) =>
        delivery.Result(stopped.IsCancellationRequested ? ErrorCode.Local_Destroy : ErrorCode.Local_TimedOut);

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

        var delivery = new PendingDelivery(1);
        var isQueued = Produce(delivery, 0, kafka.EventsTopic, new Message<byte[]?, byte[]> { Value = value });
        if (!isQueued)
        {
            queue.Leave(1, value.Length);
        }

        _ = delivery.Completed.ContinueWith(
            _ =>
            {
                if (ResultOf(delivery).Outcome != DeliveryOutcome.All)
                {
                    metrics.EventDropped();
                }
            },
            TaskScheduler.Default);
        return isQueued;
    }

    /// <summary>Takes no more records and flushes, so that every waiting caller is answered. Further calls do nothing.</summary>
    internal async Task FlushAndCloseAsync()
    {
        if (!queue.Close())
        {
            return;
        }

        if (queue.Count > 0)
        {
            await Task.Factory.StartNew(
                () => producer.Flush(settings.FlushTimeout),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }

        await stopped.CancelAsync();
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

    private PendingDelivery Send(PushRecord[] records, string? idempotencyKey)
    {
        var delivery = new PendingDelivery(records.Length);
        var headers = idempotencyKey is null ? null : new Headers { { IdempotencyHeader, Encoding.ASCII.GetBytes(idempotencyKey) } };
        var queued = 0;
        try
        {
            while (queued < records.Length && Produce(delivery, queued, kafka.Topic, MessageOf(records[queued], headers)))
            {
                queued++;
            }
        }
        finally
        {
            for (var i = queued; i < records.Length; i++)
            {
                queue.Leave(1, records[i].Length);
            }
        }

        return delivery;
    }

    private static Message<byte[]?, byte[]> MessageOf(in PushRecord record, Headers? headers) =>
        new() { Key = record.KeyBytes(), Value = record.ToBytes(), Headers = headers };

    // False if librdkafka does not take the record. The delivery then counts this record and those after it as refused.
    private bool Produce(PendingDelivery delivery, int record, string topic, Message<byte[]?, byte[]> message)
    {
        try
        {
            producer.Produce(topic, message, delivery, record);
            return true;
        }
        catch (ProduceException<byte[]?, byte[]> refused)
        {
            reported.Add(topic, refused.Error.Code);
            delivery.RefuseFrom(record, refused.Error.Code);
            return false;
        }
    }
}
