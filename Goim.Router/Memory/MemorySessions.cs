using System.Runtime.CompilerServices;
using Goim.Protocol;
using Microsoft.Extensions.Options;

namespace Goim.Router.Memory;

/// <summary>All sessions of this node, in memory: users spread over buckets by id.</summary>
/// <remarks>goim router/rpc.go. What is counted over all buckets is exact for each, not one instant for all.</remarks>
internal sealed class MemorySessions : ISessions
{
    /// <summary>Users in one piece of a page.</summary>
    private const int Chunk = 1_000;

    private readonly Bucket[] buckets;

    public MemorySessions(IOptions<RouterNodeOptions> options, TimeProvider time)
    {
        buckets = new Bucket[options.Value.Buckets];
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] = new Bucket(time, options.Value.SessionExpiry);
        }
    }

    public string Store => "memory";

    public ValueTask<int> PutAsync(PutArg session) => ValueTask.FromResult(BucketOf(session.UserId).Put(session.UserId, session.Server, session.RoomId, session.Seq));

    public ValueTask<bool> DelAsync(long userId, int seq, long beforeUnixMs) => ValueTask.FromResult(BucketOf(userId).Del(userId, seq, beforeUnixMs));

    public ValueTask DelServerAsync(int server, long beforeUnixMs, CancellationToken cancellationToken)
    {
        foreach (var bucket in buckets)
        {
            bucket.DelServer(server, beforeUnixMs);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<GetReply>> GetAsync(IReadOnlyList<long> userIds)
    {
        var replies = new GetReply[userIds.Count];
        for (var i = 0; i < replies.Length; i++)
        {
            replies[i] = BucketOf(userIds[i]).Get(userIds[i]);
        }

        return ValueTask.FromResult<IReadOnlyList<GetReply>>(replies);
    }

    public ValueTask<PackedMGetReply> GetPackedAsync(IReadOnlyList<long> userIds)
    {
        var reply = new PackedMGetReply { Counts = { Capacity = userIds.Count }, Seqs = { Capacity = userIds.Count }, Servers = { Capacity = userIds.Count } };
        for (var i = 0; i < userIds.Count; i++)
        {
            reply.Counts.Add(BucketOf(userIds[i]).Get(userIds[i], reply.Seqs, reply.Servers));
        }

        return ValueTask.FromResult(reply);
    }

    public async IAsyncEnumerable<long[]> UsersAboveAsync(long afterUserId, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lowest = new LowestIds(limit);
        foreach (var bucket in buckets)
        {
            bucket.CollectAbove(afterUserId, lowest);
        }

        foreach (var userIds in lowest.Ascending().Chunk(Chunk))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return userIds;
        }

        await Task.CompletedTask;
    }

    public ValueTask<int> UserCountAsync(long userId) => ValueTask.FromResult(BucketOf(userId).UserCount(userId));

    public ValueTask<int> RoomCountAsync(int roomId) => ValueTask.FromResult(buckets.Sum(bucket => bucket.RoomCount(roomId)));

    public ValueTask<int> CountAsync() => ValueTask.FromResult(buckets.Sum(bucket => bucket.SessionCount()));

    public ValueTask AddRoomCountsAsync(IDictionary<int, int> total)
    {
        foreach (var bucket in buckets)
        {
            bucket.AddRoomCounts(total);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask AddServerCountsAsync(IDictionary<int, int> total)
    {
        foreach (var bucket in buckets)
        {
            bucket.AddServerCounts(total);
        }

        return ValueTask.CompletedTask;
    }

    public void Expire()
    {
        foreach (var bucket in buckets)
        {
            bucket.Expire();
        }
    }

    private Bucket BucketOf(long userId) => buckets[(int)((ulong)userId % (ulong)buckets.Length)];
}
