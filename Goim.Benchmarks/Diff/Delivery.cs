using Goim.Protocol;

namespace Goim.Benchmarks.Diff;

/// <summary>What is compared: a message to one connection of a user, to a room or to all. With <c>--exact</c>, a whole record.</summary>
/// <param name="Kind">The record's op.</param>
/// <param name="Recipient">User id or room id. Null for a message to all, and with <c>--exact</c>.</param>
/// <param name="Ensure">Whether it must not be dropped.</param>
/// <param name="Length">Bytes of the message, with <c>--exact</c> of the record's value.</param>
/// <param name="Hash">
/// First half of the SHA-256 of these bytes, with the record's except and expires if it has them, and with <c>--keys</c> of its key too.
/// </param>
internal readonly record struct Delivery(RecordKind Kind, long? Recipient, bool Ensure, int Length, UInt128 Hash)
{
    public static string Name(RecordKind kind) => kind switch
    {
        RecordKind.Multiple => KafkaMsg.Multiple,
        RecordKind.Broadcast => KafkaMsg.Broadcast,
        RecordKind.BroadcastRoom => KafkaMsg.BroadcastRoom,
        RecordKind.OtherOp => "other op",
        _ => "unreadable",
    };
}
