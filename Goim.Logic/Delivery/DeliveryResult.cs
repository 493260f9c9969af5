using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>What the broker said about the records of one push.</summary>
/// <param name="Outcome">Which of them are on the topic.</param>
/// <param name="Acknowledgements">Acknowledged records, in order.</param>
/// <param name="Records">Number of records.</param>
/// <param name="Errors">
/// Why records are not acknowledged, each error code once. <see cref="ErrorCode.Local_TimedOut"/> and
/// <see cref="ErrorCode.Local_Destroy"/> (the stop of the app) are those of records that were not reported.
/// </param>
internal readonly record struct DeliveryResult(
    DeliveryOutcome Outcome, ReadOnlyMemory<Acknowledgement> Acknowledgements, int Records, ErrorCode[] Errors)
{
    /// <summary>The outcome as metrics have it: <c>acknowledged</c> for all, or the word of the answer.</summary>
    public string OutcomeName => Outcome switch
    {
        DeliveryOutcome.All => "acknowledged",
        DeliveryOutcome.None => "none",
        DeliveryOutcome.Some => "some",
        _ => "unknown",
    };

    /// <summary>The problem to answer with. Null if every record is acknowledged.</summary>
    public Problem? Problem() => Outcome switch
    {
        DeliveryOutcome.All => null,
        DeliveryOutcome.None when IsOnly(ErrorCode.MsgSizeTooLarge) => new(
            ProblemKind.TooLarge,
            "the broker refused the record for its size: expected KafkaMaxRecordBytes to be what the topic takes, nothing was sent."),
        DeliveryOutcome.None when IsOnly(ErrorCode.Local_QueueFull) => new(
            ProblemKind.Unavailable, "the queue to Kafka is full (KafkaQueueMessages): nothing was sent, repeat the call."),
        DeliveryOutcome.None when IsOnly(ErrorCode.Local_Destroy) => new(
            ProblemKind.Unavailable, "this instance is stopping: nothing was sent, repeat the call."),
        DeliveryOutcome.None => new(
            ProblemKind.Unavailable, $"Kafka refused {Count(Records)} ({Codes()}): nothing was sent, repeat the call."),
        DeliveryOutcome.Some => new(
            ProblemKind.Unavailable,
            $"Kafka refused {Records - Acknowledgements.Length} of {Count(Records)} ({Codes()}): "
            + "the others are on the topic, a repeated call sends them twice.")
        { IsDoneInPart = true },
        _ => new(
            ProblemKind.Unavailable,
            $"{NotAcknowledged($"{Records - Acknowledgements.Length} of {Count(Records)}")}: "
            + "whether they are on the topic is not known, a repeated call may send them twice.")
        { IsDoneInPart = true },
    };

    /// <summary>The problem of pushes that were not tried, because it is not known whether this one is on the topic.</summary>
    public Problem NotTried() =>
        new(ProblemKind.Unavailable, $"{NotAcknowledged("the pushes before it")}: nothing was sent, repeat it.");

    private string NotAcknowledged(string records) =>
        IsOnly(ErrorCode.Local_Destroy) ? $"this instance stopped before Kafka acknowledged {records}"
        : Array.TrueForAll(Errors, DeliveryError.IsTimeout) ? $"Kafka did not acknowledge {records} in time ({Codes()})"
        : $"Kafka did not acknowledge {records} ({Codes()})";

    private bool IsOnly(ErrorCode error) => Errors is [var only] && only == error;

    private string Codes() => string.Join(", ", Errors);

    private static string Count(int records) => records == 1 ? "1 record" : $"{records} records";
}

/// <summary>Which records of a push are on the topic.</summary>
public enum DeliveryOutcome
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>None of them.</summary>
    None,

    /// <summary>Those that are acknowledged, and no others.</summary>
    Some,

    /// <summary>Those that are acknowledged, and perhaps others.</summary>
    Unknown,
}

/// <summary>Where the broker has put a record.</summary>
/// <param name="Partition">Partition of the topic.</param>
/// <param name="Offset">Offset in the partition. Null if the broker had the record already, from an attempt whose answer was lost.</param>
public readonly record struct Acknowledgement(int Partition, long? Offset);
