using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>A message for every connection.</summary>
internal sealed class MessageToAll(EncodedPacket message, bool ensure) : LaneWork
{
    public override void Run(Lane lane)
    {
        foreach (var connection in lane.Table.All)
        {
            lane.Deliver(connection, message, ensure);
        }

        lane.EndRecord(message);
    }
}

/// <summary>A message for the connections in a room.</summary>
internal sealed class MessageToRoom(int roomId, EncodedPacket message, bool ensure) : LaneWork
{
    public override void Run(Lane lane)
    {
        foreach (var connection in lane.Table.Rooms.In(roomId))
        {
            lane.Deliver(connection, message, ensure);
        }

        lane.EndRecord(message);
    }
}

/// <summary>A message for every connection but some.</summary>
internal sealed class MessageToAllExcept(EncodedPacket message, bool ensure, HashSet<SubKey> except) : LaneWork
{
    public override void Run(Lane lane)
    {
        foreach (var connection in lane.Table.All)
        {
            if (!except.Contains(connection.Key))
            {
                lane.Deliver(connection, message, ensure);
            }
        }

        lane.EndRecord(message);
    }
}

/// <summary>A message for the connections in a room but some.</summary>
internal sealed class MessageToRoomExcept(int roomId, EncodedPacket message, bool ensure, HashSet<SubKey> except) : LaneWork
{
    public override void Run(Lane lane)
    {
        foreach (var connection in lane.Table.Rooms.In(roomId))
        {
            if (!except.Contains(connection.Key))
            {
                lane.Deliver(connection, message, ensure);
            }
        }

        lane.EndRecord(message);
    }
}

/// <summary>A message for some connections by their keys.</summary>
/// <param name="keys">Keys of this comet server, also of other lanes.</param>
/// <param name="message">The message.</param>
/// <param name="ensure">Whether it must not be dropped.</param>
/// <param name="upTo">The last connect that had begun when the message was read.</param>
internal sealed class MessageToKeys(SubKey[] keys, EncodedPacket message, bool ensure, long upTo) : LaneWork
{
    public override void Run(Lane lane)
    {
        foreach (var key in keys)
        {
            if (!lane.Owns(key.UserId))
            {
                continue;
            }

            if (lane.Table.TryFind(key, out var connection))
            {
                lane.Deliver(connection, message, ensure);
            }
            else
            {
                lane.ApplyLater(key, new HeldRecord(message, null), upTo);
            }
        }

        lane.EndRecord(message);
    }
}
