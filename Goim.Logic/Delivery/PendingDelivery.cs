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
    private readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly State[] states;
    private int pending;

    public PendingDelivery(int records)
    {
        states = new State[records];
        pending = records;
        if (records == 0)
        {
            completed.SetResult();
        }
    }

    /// <summary>Ends when the broker has answered for each record, or will not any more.</summary>
    public Task Completed => completed.Task;

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
        lock (gate)
        {
            var acknowledged = states.Where(state => state.IsAcknowledged).Select(state => state.Acknowledgement).ToArray();
            var error = states.FirstOrDefault(state => !state.IsAcknowledged).Error;
            var outcome = acknowledged.Length == states.Length ? DeliveryOutcome.All
                : states.Any(state => !state.IsAcknowledged && !state.IsRefused) ? DeliveryOutcome.Unknown
                : acknowledged.Length == 0 ? DeliveryOutcome.None
                : DeliveryOutcome.Some;
            return new DeliveryResult(outcome, acknowledged, states.Length, error);
        }
    }

    private void Set(int record, State state)
    {
        lock (gate)
        {
            states[record] = state;
            pending--;
            if (pending > 0)
            {
                return;
            }
        }

        completed.SetResult();
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
