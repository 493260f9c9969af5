using Confluent.Kafka;
using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Topic;

/// <summary>Reads the value of a record where librdkafka has it, and encodes the message for its receivers.</summary>
/// <param name="serverId">Id of this comet server.</param>
/// <param name="counters">Says whether anyone is connected.</param>
/// <param name="time">The clock by which messages expire.</param>
internal sealed class RecordDeserializer(int serverId, CometCounters counters, TimeProvider time) : IDeserializer<TopicMessage>
{
    /// <summary>Reads a value. Never throws for what is in it.</summary>
    public TopicMessage Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        if (!RecordFields.TryFind(data, serverId, out var fields))
        {
            return new TopicMessage(RecordUse.Unreadable);
        }

        if (RecordOp.IsForOneServer(fields.Op) && fields.Server != serverId)
        {
            return default;
        }

        if (ControlRecords.Has(fields.Op))
        {
            return ControlRecords.Read(fields);
        }

        // By the app's clock, and read by this comet's.
        if (fields is { Op: not null, Expires: { } expires } && expires < time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            return new TopicMessage(RecordUse.Expired);
        }

        return fields.Op switch
        {
            KafkaMsg.Multiple => ForKeys(fields),
            KafkaMsg.Broadcast => ForConnected(fields, PacketKind.Broadcast),
            KafkaMsg.BroadcastRoom => ForConnected(fields, PacketKind.Room),
            _ => new TopicMessage(RecordUse.Skip),
        };
    }

    // Also while nobody is connected: the sessions of keys that are not here have to end.
    private static TopicMessage ForKeys(in RecordFields fields)
    {
        var keys = new SubKey[fields.SubKeys.Count];
        return fields.SubKeys.TryRead(keys)
            ? new TopicMessage(RecordUse.Message, Encode(fields, PacketKind.Multiple), keys, Ensure: fields.Ensure)
            : new TopicMessage(RecordUse.Unreadable);
    }

    private TopicMessage ForConnected(in RecordFields fields, PacketKind kind)
    {
        if (counters.Connections == 0)
        {
            return default;
        }

        HashSet<SubKey>? except = null;
        if (fields.Except.Count > 0)
        {
            var keys = new SubKey[fields.Except.Count];
            if (!fields.Except.TryRead(keys))
            {
                return new TopicMessage(RecordUse.Unreadable);
            }

            except = new HashSet<SubKey>(keys, SubKeyComparer.Instance);
        }

        return new TopicMessage(
            RecordUse.Message, Encode(fields, kind), RoomId: fields.RoomId, Ensure: fields.Ensure, Except: except);
    }

    private static EncodedPacket Encode(in RecordFields fields, PacketKind kind)
    {
        var packet = new EncodedPacket(kind, fields.MsgLength);
        fields.DecodeMsg(packet.Body);
        return packet;
    }
}
