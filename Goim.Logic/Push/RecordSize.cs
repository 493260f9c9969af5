using Goim.Protocol;

namespace Goim.Logic.Push;

/// <summary>How much fits in one record: key, value and 26 bytes, as goim's sarama counts.</summary>
/// <param name="MaxRecordBytes"><c>KafkaMaxRecordBytes</c>.</param>
internal readonly record struct RecordSize(int MaxRecordBytes)
{
    private const int Overhead = 26;
    private const int RoomKey = 4;

    /// <summary>Bytes of all records of one push: they are in memory together, as text too on their way to the output binding.</summary>
    private const long MaxPushBytes = 64 * 1024 * 1024;

    /// <summary>The largest message that any record can carry; one that names users or a room carries a little less.</summary>
    public int MaxMessageBytes => (int)((MaxRecordBytes - Overhead - KafkaMsg.BroadcastLength(0)) / 4 * 3);

    /// <summary>Bytes of value that a record without a key may have.</summary>
    public long MaxValueBytes => MaxRecordBytes - Overhead;

    public bool Fits(in PushRecord record) => record.Length + (record.Key is null ? 0 : RoomKey) + Overhead <= MaxRecordBytes;

    /// <summary>The problem of a push whose records are more than one request may make; null if they are not.</summary>
    public static Problem? TooMuch(IReadOnlyList<PushRecord> records)
    {
        var bytes = 0L;
        for (var i = 0; i < records.Count; i++)
        {
            bytes += records[i].Length;
        }

        return bytes <= MaxPushBytes
            ? null
            : new Problem(ProblemKind.TooLarge, $"the push makes {records.Count} records of {bytes} bytes together: expected {MaxPushBytes} at most, fewer users or a smaller message; nothing was sent.");
    }

    public Problem TooLarge(int messageLength) => new(
        ProblemKind.TooLarge,
        $"body holds a message of {messageLength} bytes: expected one that fits a Kafka record of {MaxRecordBytes} bytes in base64, about {MaxMessageBytes} bytes.");
}
