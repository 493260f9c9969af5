using Goim.Protocol;

namespace Goim.Logic.Delivery;

/// <summary>How much fits into one record: key, value and 26 bytes, as goim's sarama counts.</summary>
/// <param name="MaxRecordBytes"><c>KafkaMaxRecordBytes</c>.</param>
internal readonly record struct RecordSize(int MaxRecordBytes)
{
    private const int Overhead = 26;
    private const int RoomKey = 4;

    /// <summary>
    /// Most bytes of all records of one push. They are in memory together, on the way to the output binding also as text.
    /// </summary>
    private const long MaxPushBytes = 64 * 1024 * 1024;

    /// <summary>The largest message that fits into any record. A record that names users or a room takes a little less.</summary>
    public int MaxMessageBytes => MaxMessage(null);

    /// <summary>Most bytes of the value of a record without a key.</summary>
    public long MaxValueBytes => MaxRecordBytes - Overhead;

    /// <summary>Most bytes of the sub keys in one <c>multiple</c> record. Negative if the message leaves no room.</summary>
    /// <param name="server">Comet server id.</param>
    /// <param name="messageLength">Bytes of the message.</param>
    /// <param name="tail">What follows in the record, or null.</param>
    public long MaxMultipleBytes(int server, int messageLength, byte[]? tail) =>
        MaxValueBytes - KafkaMsg.MultipleLength(server, messageLength) - (tail?.Length ?? 0);

    public bool Fits(in PushRecord record) => record.Length + (record.Key is null ? 0 : RoomKey) + Overhead <= MaxRecordBytes;

    /// <summary>The problem of a push whose records are too large together. Null if they are not.</summary>
    /// <param name="records">The records.</param>
    /// <param name="recipients">Of what there should be fewer: <c>users</c> or <c>rooms</c>.</param>
    public static Problem? TooMuch(IReadOnlyList<PushRecord> records, string recipients)
    {
        var bytes = 0L;
        for (var i = 0; i < records.Count; i++)
        {
            bytes += records[i].Length;
        }

        return bytes <= MaxPushBytes
            ? null
            : new Problem(
                ProblemKind.TooLarge,
                $"the push makes {records.Count} records of {bytes} bytes together: expected {MaxPushBytes} at most, "
                + $"fewer {recipients} or a smaller message; nothing was sent.");
    }

    /// <summary>The problem of a message that does not fit into a record.</summary>
    /// <param name="messageLength">Bytes of the message.</param>
    /// <param name="tail">What follows in the record, or null.</param>
    public Problem TooLarge(int messageLength, byte[]? tail) => new(
        ProblemKind.TooLarge,
        $"body holds a message of {messageLength} bytes: expected one that fits a Kafka record of {MaxRecordBytes} bytes in base64, "
        + $"about {MaxMessage(tail)} bytes{(tail is null ? "" : " beside except and ttl")}.");

    private int MaxMessage(byte[]? tail) =>
        (int)(Math.Max(0, MaxValueBytes - KafkaMsg.BroadcastLength(0) - (tail?.Length ?? 0)) / 4 * 3);
}
