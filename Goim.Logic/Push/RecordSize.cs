using Goim.Protocol;

namespace Goim.Logic.Push;

/// <summary>How much fits in one record: key, value and 26 bytes, as goim's sarama counts.</summary>
/// <param name="MaxRecordBytes"><c>KafkaMaxRecordBytes</c>.</param>
internal readonly record struct RecordSize(int MaxRecordBytes)
{
    private const int Overhead = 26;
    private const int RoomKey = 4;

    /// <summary>The largest message that any record can carry; one that names users or a room carries a little less.</summary>
    public int MaxMessageBytes => (int)((MaxRecordBytes - Overhead - KafkaMsg.BroadcastLength(0)) / 4 * 3);

    /// <summary>Bytes of value that a record without a key may have.</summary>
    public long MaxValueBytes => MaxRecordBytes - Overhead;

    public bool Fits(in PushRecord record) => record.Length + (record.Key is null ? 0 : RoomKey) + Overhead <= MaxRecordBytes;

    public Problem TooLarge(int messageLength) => new(
        ProblemKind.TooLarge,
        $"body holds a message of {messageLength} bytes: expected one that fits a Kafka record of {MaxRecordBytes} bytes in base64, about {MaxMessageBytes} bytes.");
}
