using System.Diagnostics.CodeAnalysis;
using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>The registered connections of one lane: by sub key, by room, and all. Only the lane's thread uses it.</summary>
internal sealed class ConnectionTable
{
    private readonly Dictionary<SubKey, Connection> byKey = new(SubKeyComparer.Instance);
    private readonly Dictionary<int, ConnectionList> rooms = new(SeededIntComparer.Instance);
    private readonly ConnectionList all = new();

    /// <summary>All connections, in no order.</summary>
    public ReadOnlySpan<Connection> All => all.Span;

    /// <summary>The connections in a room, in no order.</summary>
    public ReadOnlySpan<Connection> InRoom(int roomId) => rooms.TryGetValue(roomId, out var room) ? room.Span : [];

    public bool TryFind(SubKey key, [NotNullWhen(true)] out Connection? connection) => byKey.TryGetValue(key, out connection);

    /// <summary>Adds a connection under its key and in its room. False if another one has the key.</summary>
    public bool TryAdd(Connection connection)
    {
        if (!byKey.TryAdd(connection.Key, connection))
        {
            return false;
        }

        connection.Place = all.Add(connection);
        if (!rooms.TryGetValue(connection.RoomId, out var room))
        {
            rooms.Add(connection.RoomId, room = new ConnectionList());
        }

        connection.PlaceInRoom = room.Add(connection);
        return true;
    }

    /// <summary>Removes a connection. False if it is not here.</summary>
    public bool Remove(Connection connection)
    {
        if (connection.Place < 0)
        {
            return false;
        }

        byKey.Remove(connection.Key);
        if (all.RemoveAt(connection.Place) is { } moved)
        {
            moved.Place = connection.Place;
        }

        var room = rooms[connection.RoomId];
        if (room.RemoveAt(connection.PlaceInRoom) is { } movedInRoom)
        {
            movedInRoom.PlaceInRoom = connection.PlaceInRoom;
        }

        if (room.Span.IsEmpty)
        {
            rooms.Remove(connection.RoomId);
        }

        connection.Place = -1;
        return true;
    }

    /// <summary>Gives a connection another key. False if another one has it.</summary>
    public bool TryRename(Connection connection, SubKey key)
    {
        if (!byKey.TryAdd(key, connection))
        {
            return false;
        }

        byKey.Remove(connection.Key);
        connection.Key = key;
        return true;
    }

    /// <summary>Connections side by side in an array. The last one takes the place of one that is removed.</summary>
    private sealed class ConnectionList
    {
        private Connection?[] items = new Connection?[4];
        private int count;

        public ReadOnlySpan<Connection> Span => items.AsSpan(0, count)!;

        public int Add(Connection connection)
        {
            if (count == items.Length)
            {
                Array.Resize(ref items, count * 2);
            }

            items[count] = connection;
            return count++;
        }

        /// <summary>Removes the connection at a place. The one that is there now; null if it was the last.</summary>
        public Connection? RemoveAt(int place)
        {
            count--;
            var last = items[count];
            items[count] = null;
            if (place == count)
            {
                return null;
            }

            items[place] = last;
            return last;
        }
    }
}
