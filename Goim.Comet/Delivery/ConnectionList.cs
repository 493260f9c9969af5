namespace Goim.Comet.Delivery;

/// <summary>Connections side by side in an array. The last one takes the place of one that is removed.</summary>
internal sealed class ConnectionList
{
    private Connection?[] items = new Connection?[4];
    private int count;

    public ReadOnlySpan<Connection> Span => items.AsSpan(0, count)!;

    /// <summary>Adds a connection, and returns its place.</summary>
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
