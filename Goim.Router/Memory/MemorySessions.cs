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

    // A deletion that is begun is ended: it takes some milliseconds.
    public async ValueTask DelServerAsync(int server, long beforeUnixMs, CancellationToken cancellationToken)
    {
        foreach (var _ in InSlices((bucket, from) => bucket.DelServer(server, beforeUnixMs, from)))
        {
            await Task.Yield();
        }
    }

    public ValueTask<GetReply> GetAsync(long userId) => ValueTask.FromResult(Get(userId));

    public ValueTask<IReadOnlyList<GetReply>> GetAsync(IReadOnlyList<long> userIds)
    {
        var replies = new GetReply[userIds.Count];
        for (var i = 0; i < replies.Length; i++)
        {
            replies[i] = Get(userIds[i]);
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
        foreach (var _ in InSlices((bucket, from) => bucket.CollectAbove(afterUserId, lowest, from)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        foreach (var userIds in lowest.Ascending().Chunk(Chunk))
        {
            yield return userIds;
        }
    }

    public ValueTask<int> UserCountAsync(long userId) => ValueTask.FromResult(BucketOf(userId).UserCount(userId));

    public ValueTask<int> RoomCountAsync(int roomId) => ValueTask.FromResult(buckets.Sum(bucket => bucket.Count(counts => counts.Rooms[roomId])));

    public ValueTask<int> CountAsync() => ValueTask.FromResult(buckets.Sum(bucket => bucket.Count(counts => counts.All)));

    public ValueTask AddRoomCountsAsync(IDictionary<int, int> total) => AddCounts(counts => counts.Rooms, total);

    public ValueTask AddServerCountsAsync(IDictionary<int, int> total) => AddCounts(counts => counts.Servers, total);

    public void Expire()
    {
        foreach (var _ in InSlices((bucket, from) => bucket.Expire(from)))
        {
            // Nobody waits for it.
        }
    }

    private Bucket BucketOf(long userId) => buckets[(int)((ulong)userId % (ulong)buckets.Length)];

    private GetReply Get(long userId)
    {
        // Most users have one session; room for eight would be made unless told.
        var reply = new GetReply { Seqs = { Capacity = 1 }, Servers = { Capacity = 1 } };
        BucketOf(userId).Get(userId, reply.Seqs, reply.Servers);
        return reply;
    }

    private ValueTask AddCounts(Func<SessionCounts, Counter> counter, IDictionary<int, int> total)
    {
        var sum = new Dictionary<int, int>();
        foreach (var bucket in buckets)
        {
            bucket.AddCounts(counter, sum);
        }

        foreach (var (id, count) in sum)
        {
            total[id] = total.TryGetValue(id, out var others) ? others + count : count;
        }

        return ValueTask.CompletedTask;
    }

    // A slice of each bucket in turn: a call that waits for a bucket has it after one slice at most. Stops after each round.
    private IEnumerable<int> InSlices(Func<Bucket, int, int> slice)
    {
        var next = new int[buckets.Length];
        Array.Fill(next, Bucket.Start);
        for (var left = buckets.Length; left > 0;)
        {
            for (var i = 0; i < next.Length; i++)
            {
                if (next[i] != 0 && (next[i] = slice(buckets[i], next[i])) == 0)
                {
                    left--;
                }
            }

            yield return left;
        }
    }
}
