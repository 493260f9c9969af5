using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Goim.Protocol;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace Goim.Router.Memory;

/// <summary>Keeps the sessions in this process, spread over buckets by user id.</summary>
/// <remarks>
/// goim router/rpc.go. A total over all buckets is not a snapshot: each bucket's part is exact, but buckets are read one after the other.
/// </remarks>
internal sealed class MemorySessions : ISessions
{
    /// <summary>Users in one element of <see cref="UsersAboveAsync"/>.</summary>
    private const int UsersPerChunk = 1_000;

    private const int MinRequestsPerBucket = 1_000;

    private readonly Bucket[] buckets;
    private readonly MonotonicClock clock;
    private readonly long coldUntil;

    /// <param name="options">The node's settings.</param>
    /// <param name="time">Its timestamps are the clock of the sessions; its time of day is not used.</param>
    /// <param name="maxRequests">Maximum number of request ids to remember; at least 1,000 for each bucket.</param>
    public MemorySessions(IOptions<RouterNodeOptions> options, TimeProvider time, int maxRequests = 4_000_000)
    {
        clock = new MonotonicClock(time);
        coldUntil = clock.Now + clock.Ticks(options.Value.ColdStart);
        buckets = new Bucket[options.Value.Buckets];
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] = new Bucket(clock, options.Value, Math.Max(MinRequestsPerBucket, maxRequests / buckets.Length));
        }
    }

    public string Store => "memory";

    public string StoreId { get; } = RandomNumberGenerator.GetHexString(16, lowercase: true);

    public long ColdMs => clock.Ms(Math.Max(0, coldUntil - clock.Now));

    public ValueTask<PutResult> PutAsync(PutArg session) => ValueTask.FromResult(BucketOf(session.UserId).Put(session));

    public ValueTask<bool> DelAsync(long userId, int seq, long? ageMs) =>
        ValueTask.FromResult(BucketOf(userId).Del(userId, seq, ageMs is { } age ? FenceAt(TimeSpan.FromMilliseconds(age)) : long.MaxValue));

    public ValueTask<bool> DelRequestAsync(long userId, ByteString requestId) =>
        ValueTask.FromResult(BucketOf(userId).DelRequest(userId, requestId.Span));

    // Ignores cancellation: a deletion takes a few milliseconds and is completed once it has started.
    public async ValueTask DelServerAsync(int server, TimeSpan age, Func<ValueTask> beforeFirst, CancellationToken cancellationToken)
    {
        var fence = FenceAt(age);
        var (isFound, mayDelete) = (false, false);
        foreach (var _ in InSlices((bucket, cursor) =>
        {
            var next = bucket.DelServer(server, fence, mayDelete, cursor, out var isOneThere);
            isFound |= isOneThere;
            return next;
        }))
        {
            if (isFound && !mayDelete)
            {
                await beforeFirst();
                mayDelete = true;
            }

            await Task.Yield();
        }
    }

    public bool Knows(long userId) => BucketOf(userId).Knows(userId);

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
        var reply = new PackedMGetReply
        {
            Counts = { Capacity = userIds.Count },
            Seqs = { Capacity = userIds.Count },
            Servers = { Capacity = userIds.Count },
        };
        for (var i = 0; i < userIds.Count; i++)
        {
            reply.Counts.Add(BucketOf(userIds[i]).Get(userIds[i], reply.Seqs, reply.Servers));
        }

        return ValueTask.FromResult(reply);
    }

    public async IAsyncEnumerable<long[]> UsersAboveAsync(
        long afterUserId, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lowest = new LowestIds(limit);
        foreach (var _ in InSlices((bucket, cursor) => bucket.CollectAbove(afterUserId, lowest, cursor)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        foreach (var userIds in lowest.Ascending().Chunk(UsersPerChunk))
        {
            yield return userIds;
        }
    }

    public ValueTask<int> UserCountAsync(long userId) => ValueTask.FromResult(BucketOf(userId).UserCount(userId));

    public ValueTask<int> RoomCountAsync(int roomId) =>
        ValueTask.FromResult(buckets.Sum(bucket => bucket.Count(counts => counts.Rooms[roomId])));

    public ValueTask<int> CountAsync() => ValueTask.FromResult(buckets.Sum(bucket => bucket.Count(counts => counts.Total)));

    public ValueTask AddRoomCountsAsync(Dictionary<int, int> total) => AddCounts(counts => counts.Rooms, total);

    public ValueTask AddServerCountsAsync(Dictionary<int, int> total) => AddCounts(counts => counts.Servers, total);

    /// <summary>Removes the users that have had no session for longer than the expiry time.</summary>
    public void Expire()
    {
        foreach (var _ in InSlices((bucket, cursor) => bucket.Expire(cursor)))
        {
            // Runs on a background thread, so it does not yield.
        }
    }

    // A deletion with this age applies to sessions created at or before this time.
    private long FenceAt(TimeSpan age) => clock.Now - clock.Ticks(age);

    private Bucket BucketOf(long userId) => buckets[(int)((ulong)userId % (ulong)buckets.Length)];

    private GetReply Get(long userId)
    {
        // Most users have one session. Without a capacity, RepeatedField would allocate arrays of eight.
        var reply = new GetReply { Seqs = { Capacity = 1 }, Servers = { Capacity = 1 } };
        BucketOf(userId).Get(userId, reply.Seqs, reply.Servers);
        return reply;
    }

    private ValueTask AddCounts(Func<BucketCounts, CountsById> counts, Dictionary<int, int> total)
    {
        foreach (var bucket in buckets)
        {
            bucket.AddCounts(counts, total);
        }

        return ValueTask.CompletedTask;
    }

    // Runs slice on every bucket in turn, one slice each, until all have returned cursor 0. A call that waits for a bucket's lock therefore
    // waits for one slice at most. Yields after each round the number of buckets that are not finished.
    private IEnumerable<int> InSlices(Func<Bucket, int, int> slice)
    {
        var cursors = new int[buckets.Length];
        Array.Fill(cursors, Slice.Start);
        for (var unfinished = buckets.Length; unfinished > 0;)
        {
            for (var i = 0; i < cursors.Length; i++)
            {
                if (cursors[i] != 0 && (cursors[i] = slice(buckets[i], cursors[i])) == 0)
                {
                    unfinished--;
                }
            }

            yield return unfinished;
        }
    }
}
