using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>What became of the records of one push.</summary>
public enum DeliveryOutcome
{
    /// <summary>Every record is acknowledged.</summary>
    All,

    /// <summary>No record is on the topic.</summary>
    None,

    /// <summary>Those acknowledged are on the topic, the others are not.</summary>
    Some,

    /// <summary>Those acknowledged are on the topic, the others may be.</summary>
    Unknown,
}

/// <summary>Where a broker has put a record.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset; null where the broker had it already, from a try whose answer was lost.</param>
public readonly record struct Acknowledgement(int Partition, long? Offset);

/// <summary>The records of one push on their way: gathers what the broker says of each.</summary>
internal sealed class PendingDelivery
{
    private readonly Lock gate = new();
    private readonly State[] states;
    private readonly ErrorCode? refusal;
    private TaskCompletionSource? completed; // Made when somebody waits.
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

    /// <summary>Ends when the broker has answered for each record, or will not any more.</summary>
    public Task Completed
    {
        get
        {
            lock (gate)
            {
                return pending == 0 ? Task.CompletedTask : (completed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    /// <summary>One of which nothing was queued.</summary>
    public static PendingDelivery Refused(int records, ErrorCode error) => new(records, error);

    /// <summary>What librdkafka says of a record in the end.</summary>
    public void Report(int record, DeliveryReport<byte[]?, byte[]> report) => Set(record, report.Error.IsError
        ? new State { Error = report.Error.Code, IsRefused = DeliveryError.IsRefusal(report.Error, report.Status) }
        : new State { IsAcknowledged = true, Acknowledgement = new Acknowledgement(report.Partition.Value, report.Offset.Value >= 0 ? report.Offset.Value : null) });

    /// <summary>A record that librdkafka did not take, and those after it.</summary>
    public void RefuseFrom(int record, ErrorCode error)
    {
        for (; record < states.Length; record++)
        {
            Set(record, new State { Error = error, IsRefused = true });
        }
    }

    /// <summary>What is known now; a record that nothing is known of counts as unknown.</summary>
    public DeliveryResult Result()
    {
        if (refusal is { } why)
        {
            return new DeliveryResult(DeliveryOutcome.None, [], states.Length, why);
        }

        lock (gate)
        {
            var (acknowledged, refused, error) = (0, 0, ErrorCode.NoError);
            foreach (ref readonly var state in states.AsSpan())
            {
                if (state.IsAcknowledged)
                {
                    acknowledged++;
                    continue;
                }

                refused += state.IsRefused ? 1 : 0;
                error = error == ErrorCode.NoError ? state.Error : error;
            }

            var outcome = acknowledged == states.Length ? DeliveryOutcome.All
                : acknowledged + refused < states.Length ? DeliveryOutcome.Unknown
                : acknowledged == 0 ? DeliveryOutcome.None
                : DeliveryOutcome.Some;
            return new DeliveryResult(outcome, Acknowledgements(acknowledged), states.Length, error);
        }
    }

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
