using System.Threading.Tasks.Sources;
using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>Records that wait for the broker. Collects what the broker says about each.</summary>
internal sealed class PendingDelivery : IValueTaskSource
{
    /// <summary>Of a record that is not acknowledged.</summary>
    private const int NoPartition = -1;

    // Also the lock.
    private readonly Acknowledgement[] acknowledgements;
    private readonly ErrorCode? refusal;
    private Failure[]? failures; // Null until a record fails.
    private int pending;

    // The wait. Its continuation runs on the thread that ends it.
    private ManualResetValueTaskSourceCore<bool> source;
    private CancellationTokenRegistration registration;
    private bool isAwaited;

    public PendingDelivery(int records)
    {
        acknowledgements = new Acknowledgement[records];
        Array.Fill(acknowledgements, new Acknowledgement(NoPartition, null));
        pending = records;
    }

    private PendingDelivery(int records, ErrorCode refusal)
    {
        acknowledgements = new Acknowledgement[records];
        this.refusal = refusal;
    }

    public bool IsCompleted => Volatile.Read(ref pending) == 0;

    /// <summary>Number of records.</summary>
    public int Records => acknowledgements.Length;

    /// <summary>A delivery of which no record was queued.</summary>
    public static PendingDelivery Refused(int records, ErrorCode error) => new(records, error);

    /// <summary>
    /// Waits until every record has been reported, or until <paramref name="endOfWait"/>. One wait at a time. What comes after it runs on
    /// the thread that calls <see cref="EndWait"/>, or on the thread pool after a cancellation, which ends many waits.
    /// </summary>
    public ValueTask WaitAsync(CancellationToken endOfWait)
    {
        lock (acknowledgements)
        {
            if (pending == 0)
            {
                return ValueTask.CompletedTask;
            }

            source.Reset();
            isAwaited = true;
        }

        registration = endOfWait.UnsafeRegister(static delivery => ((PendingDelivery)delivery!).Cancel(), this);
        return new ValueTask(this, source.Version);
    }

    /// <summary>Ends the wait, if there is one.</summary>
    public void EndWait()
    {
        if (TakeWait())
        {
            source.SetResult(true);
        }
    }

    /// <summary>Takes the broker's word for a record.</summary>
    /// <param name="record">Index of the record.</param>
    /// <param name="acknowledgement">Where it is.</param>
    /// <returns>True if it was the last record, and there is a wait to end.</returns>
    public bool Acknowledge(int record, Acknowledgement acknowledgement)
    {
        lock (acknowledgements)
        {
            acknowledgements[record] = acknowledgement;
            return --pending == 0 && isAwaited;
        }
    }

    /// <summary>Takes the failure of a record.</summary>
    /// <param name="record">Index of the record.</param>
    /// <param name="error">Why it failed.</param>
    /// <param name="isRefused">Whether it is certainly not on the topic.</param>
    /// <returns>True if it was the last record, and there is a wait to end.</returns>
    public bool Fail(int record, ErrorCode error, bool isRefused)
    {
        lock (acknowledgements)
        {
            failures ??= new Failure[acknowledgements.Length];
            failures[record] = new Failure(error, isRefused);
            return --pending == 0 && isAwaited;
        }
    }

    /// <summary>librdkafka did not take a record, so that record and those after it are not queued.</summary>
    /// <param name="record">Index of the first.</param>
    /// <param name="end">Index after the last.</param>
    /// <param name="error">Why.</param>
    public void Refuse(int record, int end, ErrorCode error)
    {
        var isEnded = false;
        for (; record < end; record++)
        {
            isEnded = Fail(record, error, isRefused: true);
        }

        if (isEnded)
        {
            EndWait();
        }
    }

    /// <summary>What is known now.</summary>
    /// <param name="unreported">The error of a record without a report. Whether it is on the topic is unknown.</param>
    public DeliveryResult Result(ErrorCode unreported) => Result(0, Records, unreported);

    /// <summary>What is known now of some of the records.</summary>
    /// <param name="start">Index of the first.</param>
    /// <param name="count">Their number.</param>
    /// <param name="unreported">The error of a record without a report. Whether it is on the topic is unknown.</param>
    public DeliveryResult Result(int start, int count, ErrorCode unreported)
    {
        if (refusal is { } reason)
        {
            return new DeliveryResult(DeliveryOutcome.None, default, count, [reason]);
        }

        lock (acknowledgements)
        {
            var ofRecords = acknowledgements.AsMemory(start, count);
            var acknowledged = 0;
            foreach (ref readonly var acknowledgement in ofRecords.Span)
            {
                acknowledged += acknowledgement.Partition == NoPartition ? 0 : 1;
            }

            return acknowledged == count
                ? new DeliveryResult(DeliveryOutcome.All, ofRecords, count, [])
                : Incomplete(start, count, acknowledged, unreported);
        }
    }

    private void Cancel()
    {
        if (TakeWait())
        {
            ThreadPool.UnsafeQueueUserWorkItem(static delivery => delivery.source.SetResult(true), this, preferLocal: false);
        }
    }

    // True for the one who then ends the wait.
    private bool TakeWait() => Interlocked.Exchange(ref isAwaited, false);

    private DeliveryResult Incomplete(int start, int count, int acknowledged, ErrorCode unreported)
    {
        var known = new Acknowledgement[acknowledged];
        var errors = new HashSet<ErrorCode>();
        var (next, refused) = (0, 0);
        for (var record = start; record < start + count; record++)
        {
            if (acknowledgements[record].Partition != NoPartition)
            {
                known[next++] = acknowledgements[record];
                continue;
            }

            var failure = failures?[record] ?? default;
            refused += failure.IsRefused ? 1 : 0;
            errors.Add(failure.Error == ErrorCode.NoError ? unreported : failure.Error);
        }

        var outcome = acknowledged + refused < count ? DeliveryOutcome.Unknown
            : acknowledged == 0 ? DeliveryOutcome.None
            : DeliveryOutcome.Some;
        return new DeliveryResult(outcome, known, count, [.. errors]);
    }

    void IValueTaskSource.GetResult(short token)
    {
        registration.Dispose();
        source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, flags);

    /// <param name="Error">Why a record failed.</param>
    /// <param name="IsRefused">Whether it is certainly not on the topic.</param>
    private readonly record struct Failure(ErrorCode Error, bool IsRefused);
}
