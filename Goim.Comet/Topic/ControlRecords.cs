using System.Text;
using Goim.Comet.Delivery;
using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Topic;

/// <summary>Reads the records that have no message for clients, and change connections of this comet server instead.</summary>
internal static class ControlRecords
{
    /// <summary>Whether an op is one of them.</summary>
    public static bool Has(string? op) => op is KafkaMsg.Kick or KafkaMsg.JoinRoom or KafkaMsg.LeaveRoom;

    /// <summary>Reads one.</summary>
    public static TopicMessage Read(in RecordFields fields)
    {
        var keys = new SubKey[fields.SubKeys.Count];
        if (!fields.SubKeys.TryRead(keys))
        {
            return new TopicMessage(RecordUse.Unreadable);
        }

        if (fields.Op == KafkaMsg.Kick)
        {
            // A single client is not wanted any more. Those of a whole server have only to go elsewhere.
            var isWhole = fields.SubKeys.IsMissing;
            var farewell = Farewell.Kicked(Msg(fields), reconnect: isWhole);
            return isWhole
                ? new TopicMessage(RecordUse.KickAll, Farewell: farewell)
                : new TopicMessage(RecordUse.Change, SubKeys: keys, Change: new Kick(farewell));
        }

        return new TopicMessage(
            RecordUse.Change,
            SubKeys: keys,
            Change: fields.Op == KafkaMsg.JoinRoom ? new JoinRoom(fields.RoomId) : new LeaveRoom(fields.RoomId));
    }

    private static string Msg(in RecordFields fields)
    {
        var bytes = new byte[fields.MsgLength];
        fields.DecodeMsg(bytes);
        return Encoding.UTF8.GetString(bytes);
    }
}
