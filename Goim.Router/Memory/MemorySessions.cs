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

    public async ValueTask DelServerAsync(int server, TimeSpan age, Func<ValueTask> beforeFirst, CancellationToken cancellationToken)
    {
        var fence = FenceAt(age);
        var (isFound, mayDelete) = (false, false);
        foreach (var _ in Slice.InAll(buckets, (bucket, cursor) =>
        {
            var next = bucket.DelServer(server, fence, mayDelete, cursor, out var isOneThere);
            isFound |= isOneThere;
            return next;
        }))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (isFound && !mayDelete)
            {
                await beforeFirst();
                mayDelete = true;
            }

            await Task.Yield();
        }
    }

    public ValueTask<ChangeRoomReply> ChangeRoomAsync(ChangeRoomArg change) =>
        ValueTask.FromResult(BucketOf(change.UserId).ChangeRoom(change));

    public bool Knows(long userId) => BucketOf(userId).Knows(userId);

    public ValueTask<GetReply> GetAsync(long userId) =>
        ValueTask.FromResult(Get(userId, RouterLimits.MaxSessions(1)) ?? throw Refusals.TooLarge([userId]));

    public ValueTask<IReadOnlyList<GetReply>> GetAsync(IReadOnlyList<long> userIds, int maxSessions, CancellationToken cancellationToken)
    {
        var replies = new List<GetReply>(userIds.Count);
        var left = maxSessions;
        while (replies.Count < userIds.Count && Get(userIds[replies.Count], left) is { } reply)
        {
            cancellationToken.ThrowIfCancellationRequested();
            left -= reply.Seqs.Count;
            replies.Add(reply);
        }

        return ValueTask.FromResult<IReadOnlyList<GetReply>>(replies);
    }

    public ValueTask<PackedMGetReply?> GetPackedAsync(
        IReadOnlyList<long> userIds, int maxSessions, CancellationToken cancellationToken) =>
        ValueTask.FromResult(PackedLookup.Run(userIds, buckets, maxSessions, cancellationToken));

    public async ValueTask<UserPage> UsersAboveAsync(long afterUserId, int limit, CancellationToken cancellationToken)
    {
        var lowest = new LowestIds(limit);
        foreach (var _ in Slice.InAll(buckets, (bucket, cursor) => bucket.CollectAbove(afterUserId, lowest, cursor)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        var userIds = lowest.Ascending();
        return new UserPage(userIds, userIds.Length == limit ? userIds[^1] : null);
    }

    public ValueTask<RoomUsersReply> RoomUsersAsync(int roomId, long? afterUserId, int limit, CancellationToken cancellationToken) =>
        MemoryRoomPages.ReadAsync(buckets, roomId, afterUserId, limit, cancellationToken);

    public ValueTask<int> UserCountAsync(long userId) => ValueTask.FromResult(BucketOf(userId).UserCount(userId));

    public ValueTask<int> RoomCountAsync(int roomId) =>
        ValueTask.FromResult(buckets.Sum(bucket => bucket.Count(users => users.Rooms[roomId])));

    public ValueTask<int> CountAsync() => ValueTask.FromResult(buckets.Sum(bucket => bucket.Count(static users => users.Counts.Total)));

    public ValueTask<StoreCount> StoreCountAsync() => ValueTask.FromResult(new StoreCount(
        buckets.Sum(bucket => (long)bucket.Count(static users => users.Counts.Total)),
        buckets.Sum(bucket => (long)bucket.Count(static users => users.Counts.Users))));

    public ValueTask AddRoomCountsAsync(Dictionary<int, int> total, CancellationToken cancellationToken) =>
        AddCountsAsync(static (users, all) => users.Rooms.AddTo(all), total, cancellationToken);

    public ValueTask AddServerCountsAsync(Dictionary<int, int> total, CancellationToken cancellationToken) =>
        AddCountsAsync(static (users, all) => users.Counts.Servers.AddTo(all), total, cancellationToken);

    /// <summary>Removes the users that have had no session for longer than the expiry time.</summary>
    public void Expire()
    {
        foreach (var _ in Slice.InAll(buckets, (bucket, cursor) => bucket.Expire(cursor)))
        {
            // Runs on a background thread, so it does not yield.
        }
    }

    // A deletion with this age applies to sessions created at or before this time.
    private long FenceAt(TimeSpan age) => clock.Now - clock.Ticks(age);

    private Bucket BucketOf(long userId) => buckets[Bucket.IndexOf(userId, buckets.Length)];

    private GetReply? Get(long userId, int max)
    {
        // Most users have one session. Without a capacity, RepeatedField would allocate arrays of eight.
        var reply = new GetReply { Seqs = { Capacity = 1 }, Servers = { Capacity = 1 } };
        return BucketOf(userId).Lookup.Get(userId, reply.Seqs, reply.Servers, max) <= max ? reply : null;
    }

    private async ValueTask AddCountsAsync(
        Action<Users, Dictionary<int, int>> add, Dictionary<int, int> total, CancellationToken cancellationToken)
    {
        foreach (var bucket in buckets)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bucket.AddCounts(add, total);
            await Task.Yield();
        }
    }
}
