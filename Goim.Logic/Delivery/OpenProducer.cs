using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>A librdkafka producer, and the slots of the queue that its records have until they are reported.</summary>
internal sealed class OpenProducer(IProducer<byte[]?, byte[]> producer, ProducerQueue queue, ReportedRecords reported) : IDisposable
{
    private readonly ReaderWriterLockSlim disposal = new();
    private int unreported;
    private long unreportedBytes;
    private bool isDisposed;
    private int fatal; // An ErrorCode. 0 until there is one.

    /// <summary>Queues a record. Its delivery report frees its slot, and goes to <paramref name="delivery"/>.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="message">The record.</param>
    /// <param name="delivery">Takes the report.</param>
    /// <param name="record">Index of the record in the delivery.</param>
    /// <exception cref="ProduceException{TKey, TValue}">The record is not queued, and its slot is not freed.</exception>
    public void Produce(string topic, Message<byte[]?, byte[]> message, PendingDelivery delivery, int record)
    {
        var length = message.Value.Length;
        var isQueued = false;

        // librdkafka crashes the process if it gets a record while it is disposed of, or later. Confluent's client does not prevent that.
        disposal.EnterReadLock();
        Count(1, length);
        try
        {
            if (isDisposed)
            {
                var refused = new DeliveryResult<byte[]?, byte[]> { Message = message };
                throw new ProduceException<byte[]?, byte[]>(new Error(CauseOf(ErrorCode.Local_Fatal)), refused);
            }

            producer.Produce(topic, message, report =>
            {
                Count(-1, -length);
                queue.Leave(1, length);
                var error = CauseOf(report.Error.Code);
                reported.Add(report.Topic, error);
                delivery.Report(record, report, error);
            });
            isQueued = true;
        }
        finally
        {
            if (!isQueued)
            {
                Count(-1, -length);
            }

            disposal.ExitReadLock();
        }
    }

    /// <summary>Whether it is this producer of librdkafka's.</summary>
    public bool Is(IProducer<byte[]?, byte[]> other) => ReferenceEquals(producer, other);

    /// <summary>A fatal error: the records in the queue are purged, and reported with an error that does not name the cause.</summary>
    public void Fail(ErrorCode error) => Volatile.Write(ref fatal, (int)error);

    public void Flush(TimeSpan timeout) => producer.Flush(timeout);

    /// <summary>Frees the slots of the records that are not reported: from now on, none is.</summary>
    public void Dispose()
    {
        disposal.EnterWriteLock();
        isDisposed = true;
        disposal.ExitWriteLock();
        producer.Dispose();
        queue.Leave(Interlocked.Exchange(ref unreported, 0), Interlocked.Exchange(ref unreportedBytes, 0));
    }

    private ErrorCode CauseOf(ErrorCode error) =>
        error is ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight or ErrorCode.Local_Fatal
        && Volatile.Read(ref fatal) is not 0 and var cause
            ? (ErrorCode)cause
            : error;

    private void Count(int records, long bytes)
    {
        Interlocked.Add(ref unreported, records);
        Interlocked.Add(ref unreportedBytes, bytes);
    }
}
