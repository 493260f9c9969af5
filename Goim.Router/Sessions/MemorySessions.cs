using Goim.Protocol;
using Microsoft.Extensions.Options;

namespace Goim.Router.Sessions;

/// <summary>All sessions of this node, in memory: users spread over buckets by id.</summary>
/// <remarks>goim router/rpc.go. What is counted over all buckets is exact for each, not one instant for all.</remarks>
internal sealed class MemorySessions
{
    private readonly Bucket[] buckets;

    public MemorySessions(IOptions<RouterNodeOptions> options, TimeProvider time)
    {
        buckets = new Bucket[options.Value.Buckets];
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] = new Bucket(time, options.Value.SessionExpiry);
        }
    }

    /// <summary>The bucket of a user.</summary>
    public Bucket this[long userId] => buckets[(int)((ulong)userId % (ulong)buckets.Length)];

    public void DelServer(int server, long beforeUnixMs)
    {
        foreach (var bucket in buckets)
        {
            bucket.DelServer(server, beforeUnixMs);
        }
    }

    public AllRoomCountReply AllRoomCount()
    {
        var reply = new AllRoomCountReply();
        foreach (var bucket in buckets)
        {
            bucket.AddRoomCounts(reply.Counter);
        }

        return reply;
    }

    public AllServerCountReply AllServerCount()
    {
        var reply = new AllServerCountReply();
        foreach (var bucket in buckets)
        {
            bucket.AddServerCounts(reply.Counter);
        }

        return reply;
    }

    public int RoomCount(int roomId) => buckets.Sum(bucket => bucket.RoomCount(roomId));

    public int SessionCount() => buckets.Sum(bucket => bucket.SessionCount());

    /// <summary>The lowest user ids above <paramref name="afterUserId"/> that have a session, ascending.</summary>
    /// <param name="afterUserId">Users above it.</param>
    /// <param name="limit">How many; 0 for all.</param>
    public long[] UsersAbove(long afterUserId, int limit)
    {
        var lowest = new LowestIds(limit);
        foreach (var bucket in buckets)
        {
            bucket.CollectAbove(afterUserId, lowest);
        }

        return lowest.Ascending();
    }

    public void Expire()
    {
        foreach (var bucket in buckets)
        {
            bucket.Expire();
        }
    }
}
