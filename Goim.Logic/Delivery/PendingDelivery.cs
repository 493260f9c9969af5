using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>The records of one push that wait for the broker. Collects what the broker says about each.</summary>
internal sealed class PendingDelivery
{
    private readonly Lock gate = new();
    private readonly State[] states;
    private readonly ErrorCode? refusal;
    private TaskCompletionSource? completed; // Null until somebody waits.
    private int pending;

    public PendingDelivery(int records)
    {
        states = new State[records];
        pending = records;
    }

    private PendingDelivery(int records, ErrorCode refusal)
    {
        states = new State[records];
        this.refusal = refusal;
    }

    public bool IsCompleted => Volatile.Read(ref pending) == 0;

    /// <summary>Ends when every record has been reported.</summary>
    public Task Completed
    {
        get
        {
            lock (gate)
            {
                if (pending == 0)
                {
                    return Task.CompletedTask;
                }

                completed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return completed.Task;
            }
        }
    }

    /// <summary>A delivery of which no record was queued.</summary>
    public static PendingDelivery Refused(int records, ErrorCode error) => new(records, error);

    /// <summary>Takes librdkafka's delivery report of a record.</summary>
    /// <param name="record">Index of the record.</param>
    /// <param name="report">The report.</param>
    /// <param name="error">Why it failed, if it did.</param>
    public void Report(int record, DeliveryReport<byte[]?, byte[]> report, ErrorCode error) => Set(record, report.Error.IsError
        ? new State { Error = error, IsRefused = DeliveryError.IsRefusal(report.Error, report.Status) }
        : new State { IsAcknowledged = true, Acknowledgement = AcknowledgementOf(report) });

    /// <summary>librdkafka did not take a record, so that record and those after it are not queued.</summary>
    public void RefuseFrom(int record, ErrorCode error)
    {
        for (; record < states.Length; record++)
        {
            Set(record, new State { Error = error, IsRefused = true });
        }
    }

    /// <summary>What is known now.</summary>
    /// <param name="unreported">The error of a record without a report. Whether it is on the topic is unknown.</param>
    public DeliveryResult Result(ErrorCode unreported)
    {
        if (refusal is { } reason)
        {
            return new DeliveryResult(DeliveryOutcome.None, [], states.Length, [reason]);
        }

        lock (gate)
        {
            var (acknowledged, refused) = (0, 0);
            HashSet<ErrorCode>? errors = null;
            foreach (ref readonly var state in states.AsSpan())
            {
                if (state.IsAcknowledged)
                {
                    acknowledged++;
                    continue;
                }

                refused += state.IsRefused ? 1 : 0;
                errors ??= [];
                errors.Add(state.Error == ErrorCode.NoError ? unreported : state.Error);
            }

            var outcome = acknowledged == states.Length ? DeliveryOutcome.All
                : acknowledged + refused < states.Length ? DeliveryOutcome.Unknown
                : acknowledged == 0 ? DeliveryOutcome.None
                : DeliveryOutcome.Some;
            return new DeliveryResult(outcome, Acknowledgements(acknowledged), states.Length, errors is null ? [] : [.. errors]);
        }
    }

    private static Acknowledgement AcknowledgementOf(DeliveryReport<byte[]?, byte[]> report) =>
        new(report.Partition.Value, report.Offset.Value >= 0 ? report.Offset.Value : null);

    private Acknowledgement[] Acknowledgements(int count)
    {
        var acknowledgements = new Acknowledgement[count];
        var next = 0;
        foreach (ref readonly var state in states.AsSpan())
        {
            if (state.IsAcknowledged)
            {
                acknowledgements[next++] = state.Acknowledgement;
            }
        }

        return acknowledgements;
    }

    private void Set(int record, State state)
    {
        TaskCompletionSource? ended;
        lock (gate)
        {
            states[record] = state;
            pending--;
            ended = pending == 0 ? completed : null;
        }

        ended?.SetResult();
    }

    private readonly struct State
    {
        public bool IsAcknowledged { get; init; }

        /// <summary>Not acknowledged, and certainly not on the topic.</summary>
        public bool IsRefused { get; init; }

        public ErrorCode Error { get; init; }

        public Acknowledgement Acknowledgement { get; init; }
    }
}
