using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>What became of the records of one push, as its caller is told.</summary>
/// <param name="Outcome">All, none, some, or not known.</param>
/// <param name="Acknowledgements">Of the records that are acknowledged, in the order of the records.</param>
/// <param name="Records">How many there were.</param>
/// <param name="Error">The first error; not set for records that were given up.</param>
internal readonly record struct DeliveryResult(DeliveryOutcome Outcome, Acknowledgement[] Acknowledgements, int Records, ErrorCode Error)
{
    /// <summary>Null if every record is acknowledged.</summary>
    public Problem? Problem() => Outcome switch
    {
        DeliveryOutcome.All => null,
        DeliveryOutcome.None when Error == ErrorCode.MsgSizeTooLarge =>
            new(ProblemKind.TooLarge, "the broker refused the record for its size: expected KafkaMaxRecordBytes to be what the topic takes, nothing was sent."),
        DeliveryOutcome.None when Error == ErrorCode.Local_QueueFull =>
            new(ProblemKind.Unavailable, "the queue to Kafka is full (KafkaQueueMessages): nothing was sent, repeat the call."),
        DeliveryOutcome.None when Error == ErrorCode.Local_Destroy =>
            new(ProblemKind.Unavailable, "this instance is stopping: nothing was sent, repeat the call."),
        DeliveryOutcome.None => new(ProblemKind.Unavailable, $"Kafka refused {Count(Records)} ({Error}): nothing was sent, repeat the call."),
        DeliveryOutcome.Some => new(
            ProblemKind.Unavailable,
            $"Kafka refused {Records - Acknowledgements.Length} of {Count(Records)} ({Error}): the others are on the topic, a repeated call sends them twice.")
        { IsDoneInPart = true },
        _ => new(
            ProblemKind.Unavailable,
            $"Kafka did not acknowledge {Records - Acknowledgements.Length} of {Count(Records)} in time: whether they are on the topic is not known, a repeated call may send them twice.")
        { IsDoneInPart = true },
    };

    /// <summary>For records that were not even tried, since those before them were not acknowledged.</summary>
    public static Problem NotTried { get; } = new(ProblemKind.Unavailable, "Kafka did not acknowledge the pushes before it in time: nothing was sent, repeat it.");

    private static string Count(int records) => records == 1 ? "1 record" : $"{records} records";
}
