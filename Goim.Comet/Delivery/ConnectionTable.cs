using System.Diagnostics.CodeAnalysis;
using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>The registered connections of one lane: by sub key, by room, and all. Only the lane's thread uses it.</summary>
internal sealed class ConnectionTable
{
    private readonly Dictionary<SubKey, Connection> byKey = new(SubKeyComparer.Instance);
    private readonly ConnectionList all = new();

    /// <summary>All connections, in no order.</summary>
    public ReadOnlySpan<Connection> All => all.Span;

    /// <summary>The connections by room.</summary>
    public RoomTable Rooms { get; } = new();

    public bool TryFind(SubKey key, [NotNullWhen(true)] out Connection? connection) => byKey.TryGetValue(key, out connection);

    /// <summary>Adds a connection under its key and in its room. False if another one has the key.</summary>
    public bool TryAdd(Connection connection)
    {
        if (!byKey.TryAdd(connection.Key, connection))
        {
            return false;
        }

        connection.Place = all.Add(connection);
        Rooms.Add(connection);
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

        Rooms.Remove(connection);
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
}
