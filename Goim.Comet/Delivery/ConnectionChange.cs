using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>What a record does to connections instead of sending them a message. One object is shared by all of them.</summary>
internal abstract class ConnectionChange
{
    /// <summary>Bytes that count for the limits of what waits.</summary>
    public const int Length = 64;

    /// <summary>Carries it out. Only the lane's thread calls it.</summary>
    public abstract void Apply(Lane lane, Connection connection);
}

/// <summary>Record <c>kick</c>: the connection is closed. Its owner deletes the session.</summary>
internal sealed class Kick(Farewell farewell) : ConnectionChange
{
    public override void Apply(Lane lane, Connection connection) => connection.Close(farewell);
}

/// <summary>Record <c>join_room</c>.</summary>
internal sealed class JoinRoom(int roomId) : ConnectionChange
{
    public override void Apply(Lane lane, Connection connection) => lane.Table.Rooms.Join(connection, roomId);
}

/// <summary>Record <c>leave_room</c>.</summary>
internal sealed class LeaveRoom(int roomId) : ConnectionChange
{
    public override void Apply(Lane lane, Connection connection) => lane.Table.Rooms.Leave(connection, roomId);
}

/// <summary>A change of some connections by their keys.</summary>
/// <param name="keys">Keys of this comet server, also of other lanes.</param>
/// <param name="change">The change.</param>
/// <param name="upTo">The last connect that had begun when the record was read.</param>
internal sealed class ChangeOfKeys(SubKey[] keys, ConnectionChange change, long upTo) : LaneWork
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
                change.Apply(lane, connection);
            }
            else
            {
                lane.ApplyLater(key, new HeldRecord(null, change), upTo);
            }
        }
    }
}

/// <summary>Record <c>kick</c> for all connections of this comet server.</summary>
/// <param name="Farewell">Why, for the clients.</param>
/// <param name="UpTo">The last connect that had begun when the record was read. Later ones are not concerned.</param>
internal readonly record struct KickOfAll(Farewell Farewell, long UpTo);
