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

    private readonly KafkaOptions kafka;
    private readonly ProducerOptions settings;
    private readonly IdempotentProducer producer;
    private readonly Figures figures;
    private readonly ILogger<RecordProducer> logger;
    private readonly ProducerQueue queue;
    private readonly CancellationTokenSource stopped = new();
    private volatile bool isStopping;

    public RecordProducer(IOptions<KafkaOptions> kafka, IOptions<ProducerOptions> settings, KafkaToken token, Figures figures, ILogger<RecordProducer> logger)
    {
        this.kafka = kafka.Value;
        this.settings = settings.Value;
        this.figures = figures;
        this.logger = logger;
        producer = new IdempotentProducer(this.kafka, this.settings, token, logger);
        queue = new ProducerQueue(this.settings.QueueMessages);
    }

    /// <summary>Queues the records of one push and waits until the broker has answered for each, the delivery timeout at most.</summary>
    /// <param name="records">All of them are queued, or none.</param>
    /// <param name="idempotencyKey">Goes along as the header <c>goim-idempotency-key</c>; null for none.</param>
    // Not cancelled by a caller who leaves: the records are on their way.
    internal Task<DeliveryResult> SendAsync(PushRecord[] records, string? idempotencyKey) =>
        TrySend(records, idempotencyKey) ?? Task.FromResult(Refused(records.Length, ErrorCode.Local_QueueFull));

    /// <summary>As <see cref="SendAsync"/>; null, and nothing is queued, if the queue is full.</summary>
    internal Task<DeliveryResult>? TrySend(PushRecord[] records, string? idempotencyKey)
    {
        if (isStopping)
        {
            return Task.FromResult(Refused(records.Length, ErrorCode.Local_Destroy));
        }

        var bytes = 0L;
        foreach (var record in records)
        {
            bytes += record.Length;
        }

        return queue.TryEnter(records.Length, bytes) ? ResultAsync(Send(records, idempotencyKey)) : null;
    }

    /// <summary>What became of records that were never queued.</summary>
    internal DeliveryResult Refused(int records, ErrorCode error)
    {
        figures.Answered(0, records);
        return new DeliveryResult(DeliveryOutcome.None, [], records, error);
    }

    /// <summary>Queues an event; one that is not delivered is logged.</summary>
    internal void SendEvent(byte[] value)
    {
        var delivery = new Delivery(1);
        if (!queue.TryEnter(1, value.Length))
        {
            logger.EventLost(ErrorCode.Local_QueueFull);
            return;
        }

        Produce(delivery, 0, kafka.EventsTopic, new Message<byte[]?, byte[]> { Value = value });
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
        isStopping = true;
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

    private async Task<DeliveryResult> ResultAsync(Delivery delivery)
    {
        await delivery.Completed.WaitAsync(stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var result = delivery.Result();
        figures.Answered(result.Acknowledgements.Length, result.Records - result.Acknowledgements.Length);
        return result;
    }

    private Delivery Send(PushRecord[] records, string? idempotencyKey)
    {
        var delivery = new Delivery(records.Length);
        var headers = idempotencyKey is null ? null : new Headers { { IdempotencyHeader, System.Text.Encoding.ASCII.GetBytes(idempotencyKey) } };
        for (var i = 0; i < records.Length; i++)
        {
            var message = new Message<byte[]?, byte[]> { Key = records[i].KeyBytes(), Value = records[i].ToBytes(), Headers = headers };
            if (!Produce(delivery, i, kafka.Topic, message))
            {
                // It and those after it were not queued.
                for (i++; i < records.Length; i++)
                {
                    queue.Leave(records[i].Length);
                }
            }
        }

        return delivery;
    }

    // False, and the delivery knows, if librdkafka does not take the record.
    private bool Produce(Delivery delivery, int record, string topic, Message<byte[]?, byte[]> message)
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
            queue.Leave(length);
            delivery.RefuseFrom(record, refused.Error.Code);
            return false;
        }
        catch (ObjectDisposedException)
        {
            // The producer was replaced a moment ago.
            queue.Leave(length);
            delivery.RefuseFrom(record, ErrorCode.Local_Destroy);
            return false;
        }
    }
}
