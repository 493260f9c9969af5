using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>A librdkafka producer, and the slots of the queue that its records have until they are reported.</summary>
internal sealed class OpenProducer : IDisposable
{
    private static readonly TimeSpan MaxPoll = TimeSpan.FromMilliseconds(100);

    private readonly IProducer<byte[]?, byte[]> producer;
    private readonly ProducerQueue queue;
    private readonly ReportedRecords reported;
    private readonly EndedWaits ended = new();
    private readonly ReaderWriterLockSlim disposal = new();
    private readonly Thread reports;
    private int unreported;
    private long unreportedBytes;
    private bool isDisposed;
    private bool isStopping;
    private int fatal; // An ErrorCode. 0 until there is one.

    /// <param name="producer">The producer, which does not poll by itself.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="reported">Gets the end of each record.</param>
    public OpenProducer(IProducer<byte[]?, byte[]> producer, ProducerQueue queue, ReportedRecords reported)
    {
        (this.producer, this.queue, this.reported) = (producer, queue, reported);
        reports = new Thread(ServeReports) { IsBackground = true, Name = "Kafka reports" };
        reports.UnsafeStart(); // Outside of the caller's trace and log scope.
    }

    /// <summary>Queues a record. Its delivery report frees its slot, and goes to <paramref name="delivery"/>.</summary>
    /// <param name="partition">The topic, and the partition if the record's key is not to choose it.</param>
    /// <param name="message">The record. It may be used again.</param>
    /// <param name="delivery">Takes the report.</param>
    /// <param name="record">Index of the record in the delivery.</param>
    /// <exception cref="ProduceException{TKey, TValue}">The record is not queued, and its slot is not freed.</exception>
    public void Produce(TopicPartition partition, Message<byte[]?, byte[]> message, PendingDelivery delivery, int record)
    {
        var length = message.Value.Length;

        // librdkafka crashes the process if it gets a record while it is disposed of, or later. Confluent's client does not prevent that.
        disposal.EnterReadLock();
        try
        {
            if (isDisposed)
            {
                var refused = new DeliveryResult<byte[]?, byte[]> { Message = message };
                throw new ProduceException<byte[]?, byte[]>(new Error(CauseOf(ErrorCode.Local_Fatal)), refused);
            }

            Count(1, length);
            try
            {
                producer.Produce(partition, message, report =>
                {
                    Count(-1, -length);
                    queue.Leave(1, length);
                    Report(report, delivery, record);
                });
            }
            catch
            {
                Count(-1, -length);
                throw;
            }
        }
        finally
        {
            disposal.ExitReadLock();
        }
    }

    /// <summary>Whether it is this producer of librdkafka's.</summary>
    public bool Is(IProducer<byte[]?, byte[]> other) => ReferenceEquals(producer, other);

    /// <summary>A fatal error: the records in the queue are purged, and reported with an error that does not name the cause.</summary>
    public void Fail(ErrorCode error) => Volatile.Write(ref fatal, (int)error);

    /// <summary>Waits until every record is reported, or <paramref name="timeout"/> is over.</summary>
    public void Flush(TimeSpan timeout)
    {
        try
        {
            producer.Flush(timeout);
        }
        finally
        {
            ended.Continue();
        }
    }

    /// <summary>Frees the slots of the records that are not reported: from now on, none is.</summary>
    public void Dispose()
    {
        disposal.EnterWriteLock();
        isDisposed = true;
        disposal.ExitWriteLock();
        Volatile.Write(ref isStopping, true);
        reports.Join();
        producer.Dispose();
        queue.Leave(Interlocked.Exchange(ref unreported, 0), Interlocked.Exchange(ref unreportedBytes, 0));
    }

    // librdkafka reports the records of a broker's answer together, and Poll returns after them.
    private void ServeReports()
    {
        while (!Volatile.Read(ref isStopping))
        {
            producer.Poll(MaxPoll);
            ended.Continue();
        }
    }

    private void Report(DeliveryReport<byte[]?, byte[]> report, PendingDelivery delivery, int record)
    {
        var error = CauseOf(report.Error.Code);
        var offset = report.Offset.Value;
        var isLast = report.Error.IsError
            ? delivery.Fail(record, error, DeliveryError.IsRefusal(report.Error, report.Status))
            : delivery.Acknowledge(record, new Acknowledgement(report.Partition.Value, offset >= 0 ? offset : null));
        try
        {
            reported.Add(report.Topic, error);
        }
        finally
        {
            // Also if the log fails.
            if (isLast)
            {
                ended.Add(delivery);
            }
        }
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
