using Confluent.Kafka;
using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Wire;
using Goim.Kafka;

namespace Goim.Comet.Topic;

/// <summary>Gives the messages and changes of records to the lanes, and counts the records that have none.</summary>
internal sealed class RecordDelivery(Lanes lanes, CometCounters counters, TimeProvider time, ILogger logger)
{
    private readonly CauseLimit limit = new(time);

    /// <summary>Takes a record. Waits while the lanes have many messages to deliver.</summary>
    public void Deliver(ConsumeResult<Ignore, TopicMessage> record)
    {
        var recordTime = record.Message.Timestamp.Type == TimestampType.NotAvailable ? 0 : record.Message.Timestamp.UnixTimestampMs;
        if (recordTime > 0)
        {
            counters.RecordRead(time.GetUtcNow().ToUnixTimeMilliseconds() - recordTime);
        }

        var message = record.Message.Value;
        if (message.Use is RecordUse.None or RecordUse.Message or RecordUse.Change or RecordUse.KickAll)
        {
            counters.Read();
        }

        switch (message.Use)
        {
            case RecordUse.Message:
                message.Packet!.RecordTime = recordTime;
                Deliver(message, message.Packet);
                break;
            case RecordUse.Change:
                lanes.Change(message.SubKeys!, message.Change!);
                break;
            case RecordUse.KickAll:
                lanes.KickAll(message.Farewell!);
                break;
            case RecordUse.Skip:
                counters.Skipped();
                break;
            case RecordUse.Expired:
                counters.Expired();
                break;
            case RecordUse.Unreadable:
                counters.Unreadable();
                if (limit.IsDue("", ErrorCode.NoError, out var leftOut))
                {
                    logger.RecordUnreadable(record.Partition.Value, record.Offset.Value, leftOut);
                }

                break;
        }
    }

    private void Deliver(in TopicMessage message, EncodedPacket packet)
    {
        switch (packet.Kind)
        {
            case PacketKind.Multiple:
                lanes.ToKeys(message.SubKeys!, packet, message.Ensure);
                break;
            case PacketKind.Room:
                lanes.ToRoom(message.RoomId, packet, message.Ensure, message.Except);
                break;
            case PacketKind.Broadcast:
                lanes.ToAll(packet, message.Ensure, message.Except);
                break;
        }
    }
}
