namespace Goim.Logic.Delivery;

/// <summary>Counts the records that wait for their acknowledgement. A push is queued whole or refused.</summary>
/// <param name="maxRecords"><c>KafkaQueueMessages</c>.</param>
internal sealed class ProducerQueue(int maxRecords)
{
    /// <summary>Limit of librdkafka's own queue. It is above ours, so that ours is the one that refuses.</summary>
    public const int LibraryKbytes = 1024 * 1024;

    /// <summary>Most bytes of the values that wait.</summary>
    private const long MaxBytes = 256 * 1024 * 1024;

    private readonly Lock gate = new();
    private long bytes;
    private int count;
    private bool isClosed;

    public int Count => Volatile.Read(ref count);

    public bool IsClosed => Volatile.Read(ref isClosed);

    public static int LibraryMessages(int maxRecords) => (int)Math.Min(10_000_000L, maxRecords + 10_000L);

    /// <summary>The problem of a push with more records than the queue can hold. Null if they fit into an empty queue.</summary>
    public Problem? NeverFits(int records) => records <= maxRecords
        ? null
        : new Problem(
            ProblemKind.TooLarge,
            $"the push makes {records} records: expected {maxRecords} at most at once (KafkaQueueMessages), nothing was sent.");

    /// <summary>Takes all the records, or none of them.</summary>
    public bool TryEnter(int records, long size)
    {
        lock (gate)
        {
            if (isClosed || count + (long)records > maxRecords || bytes + size > MaxBytes)
            {
                return false;
            }

            count += records;
            bytes += size;
            return true;
        }
    }

    /// <summary>Records have been reported, will never be, or were not queued after all.</summary>
    public void Leave(int records, long size)
    {
        lock (gate)
        {
            count -= records;
            bytes -= size;
        }
    }

    /// <summary>Takes no more records. False if the queue is closed already.</summary>
    public bool Close()
    {
        lock (gate)
        {
            return !isClosed && (isClosed = true);
        }
    }
}
