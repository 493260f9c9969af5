using Confluent.Kafka;
using Goim.Logic.Monitor;
using Goim.Logic.Push;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Delivery;

/// <summary>
/// Our own producer, which acknowledged pushes go through: idempotent, acks=all. The records of a push are queued all or none, and
/// no more wait at once than <c>KafkaQueueMessages</c> and 256 MiB.
/// </summary>
public sealed class RecordProducer : IHostedLifecycleService, IDisposable
{
    private const string IdempotencyHeader = "goim-idempotency-key";

    /// <summary>How long after the delivery timeout librdkafka may take to report it.</summary>
    private static readonly TimeSpan LongestReport = TimeSpan.FromSeconds(5);

    private readonly KafkaOptions kafka;
    private readonly ProducerOptions settings;
    private readonly IdempotentProducer producer;
    private readonly Figures figures;
    private readonly ILogger<RecordProducer> logger;
    private readonly ProducerQueue queue;
    private readonly CancellationTokenSource stopped = new();
    private readonly SharedPatience patience;

    public RecordProducer(IOptions<KafkaOptions> kafka, IOptions<ProducerOptions> settings, KafkaToken token, Figures figures, ILogger<RecordProducer> logger)
    {
        this.kafka = kafka.Value;
        this.settings = settings.Value;
        this.figures = figures;
        this.logger = logger;
        producer = new IdempotentProducer(this.kafka, this.settings, token, logger);
        queue = new ProducerQueue(this.settings.QueueMessages);
        patience = new SharedPatience(this.settings.DeliveryTimeout + LongestReport, stopped.Token);
    }

    /// <summary>Queues the records of one push and waits until the broker has answered for each: the delivery timeout, and some seconds more if librdkafka is late to tell.</summary>
    /// <param name="records">All of them are queued, or none.</param>
    /// <param name="idempotencyKey">Goes along as the header <c>goim-idempotency-key</c>; null for none.</param>
    // Not cancelled by a caller who leaves: the records are on their way.
    internal ValueTask<DeliveryResult> SendAsync(PushRecord[] records, string? idempotencyKey) =>
        ResultAsync(TrySend(records, idempotencyKey) ?? PendingDelivery.Refused(records.Length, ErrorCode.Local_QueueFull), BeginWait());

    /// <summary>Queues the records of one push; refused already if the app stops; null, and nothing is queued, if the queue is full for now.</summary>
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

    /// <summary>The end of a wait that begins now for what is on its way: after the delivery timeout and some seconds more, or when the app stops.</summary>
    internal CancellationToken BeginWait() => patience.Begin();

    /// <summary>What became of the records of one push, when the broker has answered for each or the wait is over. To be asked once: it counts them for <c>/monitor/stat</c>.</summary>
    internal async ValueTask<DeliveryResult> ResultAsync(PendingDelivery delivery, CancellationToken endOfWait)
    {
        await delivery.Completed.WaitAsync(endOfWait).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var result = delivery.Result();
        figures.Answered(result.Acknowledgements.Length, result.Records - result.Acknowledgements.Length);
        return result;
    }

    /// <summary>The problem of a push that the queue can never hold; null if it can.</summary>
    internal Problem? NeverFits(int records) => records <= queue.MaxRecords
        ? null
        : new Problem(ProblemKind.TooLarge, $"the push makes {records} records: expected {queue.MaxRecords} at most at once (KafkaQueueMessages), nothing was sent.");

    /// <summary>Queues an event; one that is not delivered is logged.</summary>
    internal void SendEvent(byte[] value)
    {
        producer.Open();
        if (!queue.TryEnter(1, value.Length))
        {
            logger.EventLost(ErrorCode.Local_QueueFull);
            return;
        }

        var delivery = new PendingDelivery(1);
        if (!Produce(delivery, 0, kafka.EventsTopic, new Message<byte[]?, byte[]> { Value = value }))
        {
            queue.Leave(value.Length);
        }

        _ = delivery.Completed.ContinueWith(
            _ =>
            {
                if (delivery.Result() is { Outcome: not DeliveryOutcome.All } lost)
                {
                    logger.EventLost(lost.Error);
                }
            },
            TaskScheduler.Default);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the server stops: takes no more records and flushes, so that every caller who waits is answered.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (!queue.Close())
        {
            return;
        }

        if (queue.Count > 0)
        {
            await Task.Factory.StartNew(() => producer.Flush(settings.FlushGrace), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        await stopped.CancelAsync();
        if (queue.Count is > 0 and var left)
        {
            logger.RecordsNotAcknowledged(left);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        producer.Dispose();
        stopped.Dispose();
    }

    private PendingDelivery Send(PushRecord[] records, string? idempotencyKey)
    {
        var delivery = new PendingDelivery(records.Length);
        var headers = idempotencyKey is null ? null : new Headers { { IdempotencyHeader, System.Text.Encoding.ASCII.GetBytes(idempotencyKey) } };
        var queued = 0;
        try
        {
            while (queued < records.Length
                && Produce(delivery, queued, kafka.Topic, new Message<byte[]?, byte[]> { Key = records[queued].KeyBytes(), Value = records[queued].ToBytes(), Headers = headers }))
            {
                queued++;
            }
        }
        finally
        {
            for (var i = queued; i < records.Length; i++)
            {
                queue.Leave(records[i].Length);
            }
        }

        return delivery;
    }

    // False, and the delivery knows, if librdkafka does not take the record: neither it nor those after it are queued then.
    private bool Produce(PendingDelivery delivery, int record, string topic, Message<byte[]?, byte[]> message)
    {
        var length = message.Value.Length;
        try
        {
            producer.Produce(topic, message, report =>
            {
                queue.Leave(length);
                delivery.Report(record, report);
            });
            return true;
        }
        catch (ProduceException<byte[]?, byte[]> refused)
        {
            delivery.RefuseFrom(record, refused.Error.Code);
            return false;
        }
    }
}
