using System.Text;
using Confluent.Kafka;
using Goim.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>
/// Gives records to librdkafka, whose slots in the queue are taken already. The slots of those that it does not take are freed.
/// </summary>
internal sealed class RecordSender(
    IdempotentProducer producer, ProducerQueue queue, ReportedRecords reported, TopicPartitions partitions, KafkaOptions kafka)
{
    private const string IdempotencyHeader = "goim-idempotency-key";

    private readonly RecordMessages messages = new();
    private readonly TopicPartition anyOfPushes = new(kafka.Topic, Partition.Any);
    private readonly TopicPartition anyOfEvents = new(kafka.EventsTopic, Partition.Any);

    /// <summary>Sends the records of some pushes. A record that is not taken ends its own push only.</summary>
    /// <param name="records">Records, also of other pushes.</param>
    /// <param name="pushes">The records of each push.</param>
    /// <param name="count">Number of all records of those pushes.</param>
    /// <param name="idempotencyKey">Goes into a header. Null for none.</param>
    public PendingDelivery Send(
        ReadOnlySpan<PushRecord> records, ReadOnlySpan<PushRange> pushes, int count, string? idempotencyKey)
    {
        var delivery = new PendingDelivery(count);
        var headers = idempotencyKey is null ? null : new Headers { { IdempotencyHeader, Encoding.ASCII.GetBytes(idempotencyKey) } };
        var message = messages.Take();
        var (first, sent) = (0, 0);
        try
        {
            foreach (var push in pushes)
            {
                sent++;
                Send(delivery, first, push.Of(records), message, headers);
                first += push.Count;
            }
        }
        finally
        {
            foreach (var push in pushes[sent..])
            {
                Free(push.Of(records));
            }
        }

        messages.Return(message);
        return delivery;
    }

    /// <summary>Sends an event. Null if librdkafka does not take it.</summary>
    public PendingDelivery? SendEvent(byte[] value)
    {
        var delivery = new PendingDelivery(1);
        var isQueued = false;
        try
        {
            isQueued = Produce(anyOfEvents, new Message<byte[]?, byte[]> { Value = value }, delivery, 0) is null;
            return isQueued ? delivery : null;
        }
        finally
        {
            if (!isQueued)
            {
                queue.Leave(1, value.Length);
            }
        }
    }

    // A record with a key is on the partition of its key, so that the records of a room keep their order.
    private void Send(
        PendingDelivery delivery, int first, ReadOnlySpan<PushRecord> records, RecordMessage message, Headers? headers)
    {
        var spread = partitions.For(records.Length);
        var queued = 0;
        try
        {
            while (queued < records.Length)
            {
                ref readonly var record = ref records[queued];
                var partition = (record.Key is null ? spread.Of(queued) : null) ?? anyOfPushes;
                if (Produce(partition, message.Of(record, headers), delivery, first + queued) is { } error)
                {
                    delivery.Refuse(first + queued, first + records.Length, error);
                    return;
                }

                queued++;
            }
        }
        finally
        {
            Free(records[queued..]);
        }
    }

    private void Free(ReadOnlySpan<PushRecord> notSent)
    {
        foreach (ref readonly var record in notSent)
        {
            queue.Leave(1, record.Length);
        }
    }

    // Null if librdkafka takes the record.
    private ErrorCode? Produce(TopicPartition partition, Message<byte[]?, byte[]> message, PendingDelivery delivery, int record)
    {
        try
        {
            producer.Produce(partition, message, delivery, record);
            return null;
        }
        catch (ProduceException<byte[]?, byte[]> unknown)
            when (unknown.Error.Code == ErrorCode.Local_UnknownPartition && partition.Partition != Partition.Any)
        {
            // The topic has gained or lost partitions, and the producer or we know it later than the other.
            return Produce(anyOfPushes, message, delivery, record);
        }
        catch (ProduceException<byte[]?, byte[]> refused)
        {
            reported.Add(partition.Topic, refused.Error.Code);
            return refused.Error.Code;
        }
    }
}
