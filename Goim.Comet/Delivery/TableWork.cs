using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>Outcome of adding a connection.</summary>
internal enum Added
{
    /// <summary>It is here, and its client has got the reply.</summary>
    Yes,

    /// <summary>Another connection has the key. The connect is still under way.</summary>
    KeyIsTaken,

    /// <summary>Messages for it may be lost, since too many were held. The connect has ended.</summary>
    HeldTooMuch,
}

/// <summary>Adds a connection: sends the reply, then what was held for its key.</summary>
internal sealed class AddConnection(Connection connection, SubKey key, int roomId, long ticket, EncodedPacket reply) : LaneWork
{
    private readonly TaskCompletionSource<Added> added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Added> Completion => added.Task;

    public override void Run(Lane lane)
    {
        if (lane.Tickets.HasOverflowed(ticket))
        {
            lane.Tickets.End(ticket);
            added.SetResult(Added.HeldTooMuch);
            return;
        }

        (connection.Key, connection.RoomId, connection.Ticket) = (key, roomId, ticket);
        if (!lane.Table.TryAdd(connection))
        {
            added.SetResult(Added.KeyIsTaken);
            return;
        }

        connection.Outbox.Reply(reply);
        lane.ApplyHeld(connection);
        lane.Tickets.End(ticket);
        added.SetResult(Added.Yes);
    }
}

/// <summary>Removes a connection.</summary>
internal sealed class RemoveConnection(Connection connection) : LaneWork
{
    private readonly TaskCompletionSource<SubKey?> removed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The key that the connection had. Null if it was removed before.</summary>
    public Task<SubKey?> Completion => removed.Task;

    public override void Run(Lane lane) => removed.SetResult(lane.Table.Remove(connection) ? connection.Key : null);
}

/// <summary>Looks for a key.</summary>
internal sealed class FindKey(SubKey key) : LaneWork
{
    private readonly TaskCompletionSource<bool> found = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether a connection has the key.</summary>
    public Task<bool> Completion => found.Task;

    public override void Run(Lane lane) => found.SetResult(lane.Table.TryFind(key, out _));
}

/// <summary>Lists the connections of a lane.</summary>
/// <param name="fromTicket">Only connections whose connects began with this number or later.</param>
/// <param name="toTicket">Only connections whose connects began with this number or earlier.</param>
internal sealed class ListConnections(long fromTicket, long toTicket) : LaneWork
{
    private readonly TaskCompletionSource<List<Registered>> listed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<List<Registered>> Completion => listed.Task;

    public override void Run(Lane lane)
    {
        var list = new List<Registered>(lane.Table.All.Length);
        foreach (var connection in lane.Table.All)
        {
            if (connection.Ticket >= fromTicket && connection.Ticket <= toTicket)
            {
                list.Add(new Registered(connection, connection.Key, connection.RoomId));
            }
        }

        listed.SetResult(list);
    }
}

/// <summary>Gives connections the keys under which they were restored.</summary>
/// <param name="restored">Connections, also of other lanes, with their keys.</param>
internal sealed class ConfirmRestored(IReadOnlyList<Registered> restored) : LaneWork
{
    private readonly TaskCompletionSource<Confirmed> confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Confirmed> Completion => confirmed.Task;

    public override void Run(Lane lane)
    {
        var (ended, moved) = (new List<SubKey>(), new List<Connection>());
        foreach (var (connection, key, roomId) in restored)
        {
            if (!lane.Owns(key.UserId))
            {
                continue;
            }

            if (connection.Place < 0)
            {
                // Another connection may have got the key meanwhile, from a node that had forgotten the user.
                if (!lane.Table.TryFind(key, out _))
                {
                    ended.Add(key);
                }

                continue;
            }

            if (connection.Key != key)
            {
                if (lane.Table.TryRename(connection, key))
                {
                    lane.ApplyHeld(connection);
                }
                else
                {
                    connection.Close(Farewell.Unavailable);
                }
            }

            if (connection.RoomId != roomId)
            {
                moved.Add(connection);
            }
        }

        confirmed.SetResult(new Confirmed(ended, moved));
    }
}

/// <summary>What has become of restored connections meanwhile.</summary>
/// <param name="Ended">Keys whose connections have ended.</param>
/// <param name="Moved">Connections that are not in the room any more in which they were restored.</param>
internal sealed record Confirmed(List<SubKey> Ended, List<Connection> Moved);

/// <summary>A registered connection, as it was when it was listed, or with the key under which it was restored.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Key">Its sub key.</param>
/// <param name="RoomId">The room that it had joined last; -1 for none.</param>
internal sealed record Registered(Connection Connection, SubKey Key, int RoomId);
