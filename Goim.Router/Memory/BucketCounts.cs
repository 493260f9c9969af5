namespace Goim.Router.Memory;

/// <summary>
/// Numbers of sessions in one bucket, of each comet server and in total; and of users. <see cref="MembersByRoom"/> counts those of rooms.
/// </summary>
internal sealed class BucketCounts
{
    public CountsById Servers { get; } = new();

    public int Total { get; private set; }

    /// <summary>Users with a session.</summary>
    public int Users { get; private set; }

    /// <param name="session">The session.</param>
    /// <param name="isFirst">Whether its user had none.</param>
    public void Add(in Session session, bool isFirst)
    {
        Servers.Increment(session.Server);
        Total++;
        Users += isFirst ? 1 : 0;
    }

    /// <param name="session">The session.</param>
    /// <param name="isLast">Whether its user has no other.</param>
    public void Remove(in Session session, bool isLast)
    {
        Servers.Decrement(session.Server);
        Total--;
        Users -= isLast ? 1 : 0;
    }
}
