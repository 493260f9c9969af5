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
    public int MaxMessageBytes => (int)((MaxRecordBytes - Overhead - KafkaMsg.BroadcastLength(0)) / 4 * 3);

    /// <summary>Most bytes of the value of a record without a key.</summary>
    public long MaxValueBytes => MaxRecordBytes - Overhead;

    public bool Fits(in PushRecord record) => record.Length + (record.Key is null ? 0 : RoomKey) + Overhead <= MaxRecordBytes;

    /// <summary>The problem of a push whose records are too large together. Null if they are not.</summary>
    public static Problem? TooMuch(IReadOnlyList<PushRecord> records)
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
                + "fewer users or a smaller message; nothing was sent.");
    }

    /// <summary>The problem of a message that does not fit into a record.</summary>
    public Problem TooLarge(int messageLength) => new(
        ProblemKind.TooLarge,
        $"body holds a message of {messageLength} bytes: expected one that fits a Kafka record of {MaxRecordBytes} bytes in base64, "
        + $"about {MaxMessageBytes} bytes.");
}
