using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>
/// The rooms of one lane's connections. A connection is in all rooms that it has joined and not left: nearly always in one, and in two
/// while the records of a change are read. A connection in no room counts as in room -1. Only the lane's thread uses it.
/// </summary>
/// <remarks>
/// The two records of a change are on different partitions, so either may come first. With a set of rooms both orders end alike, and no
/// message of either room is lost in between.
/// </remarks>
internal sealed class RoomTable
{
    /// <summary>Most rooms beside the one joined last. Only records of changes that were never completed could make more of them.</summary>
    private const int MaxEarlier = 99;

    private readonly Dictionary<int, ConnectionList> rooms = new(SeededIntComparer.Instance);

    /// <summary>The connections in a room, in no order.</summary>
    public ReadOnlySpan<Connection> In(int roomId) => rooms.TryGetValue(roomId, out var room) ? room.Span : [];

    /// <summary>Adds a new connection in its room.</summary>
    public void Add(Connection connection) => connection.PlaceInRoom = Enter(connection, connection.RoomId);

    /// <summary>Removes a connection from all its rooms.</summary>
    public void Remove(Connection connection)
    {
        Exit(connection.RoomId, connection.PlaceInRoom);
        foreach (var (roomId, place) in connection.EarlierRooms ?? [])
        {
            Exit(roomId, place);
        }

        connection.EarlierRooms = null;
    }

    /// <summary>A connection joins a room, which becomes its room joined last. Nothing changes if it is there already.</summary>
    public void Join(Connection connection, int roomId)
    {
        if (roomId == NoRoom.Id || connection.RoomId == roomId || PlaceOf(connection.EarlierRooms, roomId) >= 0)
        {
            return;
        }

        if (connection.RoomId == NoRoom.Id)
        {
            Exit(NoRoom.Id, connection.PlaceInRoom);
        }
        else
        {
            if (connection.EarlierRooms is { Count: MaxEarlier } full)
            {
                Leave(connection, full[0].RoomId);
            }

            (connection.EarlierRooms ??= new List<RoomPlace>(1)).Add(new RoomPlace(connection.RoomId, connection.PlaceInRoom));
        }

        connection.RoomId = roomId;
        connection.PlaceInRoom = Enter(connection, roomId);
    }

    /// <summary>A connection leaves a room. Nothing changes if it is not there.</summary>
    public void Leave(Connection connection, int roomId)
    {
        var earlier = connection.EarlierRooms;
        if (roomId == NoRoom.Id)
        {
            return;
        }

        if (connection.RoomId == roomId)
        {
            Exit(roomId, connection.PlaceInRoom);
            (connection.RoomId, connection.PlaceInRoom) = earlier is [.., var last]
                ? last
                : new RoomPlace(NoRoom.Id, Enter(connection, NoRoom.Id));
            earlier?.RemoveAt(earlier.Count - 1);
        }
        else if (PlaceOf(earlier, roomId) is var index and >= 0)
        {
            Exit(roomId, earlier![index].Place);
            earlier.RemoveAt(index);
        }

        if (earlier is { Count: 0 })
        {
            connection.EarlierRooms = null;
        }
    }

    private static int PlaceOf(List<RoomPlace>? earlier, int roomId)
    {
        for (var index = 0; index < (earlier?.Count ?? 0); index++)
        {
            if (earlier![index].RoomId == roomId)
            {
                return index;
            }
        }

        return -1;
    }

    private int Enter(Connection connection, int roomId)
    {
        if (!rooms.TryGetValue(roomId, out var room))
        {
            rooms.Add(roomId, room = new ConnectionList());
        }

        return room.Add(connection);
    }

    private void Exit(int roomId, int place)
    {
        var room = rooms[roomId];
        if (room.RemoveAt(place) is { } moved)
        {
            SetPlace(moved, roomId, place);
        }

        if (room.Span.IsEmpty)
        {
            rooms.Remove(roomId);
        }
    }

    private static void SetPlace(Connection connection, int roomId, int place)
    {
        if (connection.RoomId == roomId)
        {
            connection.PlaceInRoom = place;
        }
        else
        {
            connection.EarlierRooms![PlaceOf(connection.EarlierRooms, roomId)] = new RoomPlace(roomId, place);
        }
    }
}

/// <summary>A room that a connection is in, and its place there.</summary>
internal readonly record struct RoomPlace(int RoomId, int Place);
