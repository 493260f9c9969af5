namespace Goim.Router.Memory;

/// <summary>How many sessions a bucket has: in each room, on each server and in all.</summary>
internal sealed class SessionCounts
{
    public Counter Rooms { get; } = new();

    public Counter Servers { get; } = new();

    public int All { get; private set; }

    public void Add(in Session session)
    {
        Rooms.Add(session.RoomId);
        Servers.Add(session.Server);
        All++;
    }

    public void Remove(in Session session)
    {
        Rooms.Remove(session.RoomId);
        Servers.Remove(session.Server);
        All--;
    }
}
