namespace Goim.Router.Memory;

/// <summary>Numbers of sessions in one bucket: of each room, of each comet server, and in total.</summary>
internal sealed class BucketCounts
{
    public CountsById Rooms { get; } = new();

    public CountsById Servers { get; } = new();

    public int Total { get; private set; }

    public void Add(in Session session)
    {
        Rooms.Increment(session.RoomId);
        Servers.Increment(session.Server);
        Total++;
    }

    public void Remove(in Session session)
    {
        Rooms.Decrement(session.RoomId);
        Servers.Decrement(session.Server);
        Total--;
    }
}
