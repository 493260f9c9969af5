using System.Runtime.InteropServices;
using Goim.Protocol;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Router.Redis.Sessions;

/// <summary>
/// Keeps the sessions in Redis, shared by all nodes. Users are spread over buckets by id; all keys of a bucket are in one hash slot.
/// <see cref="SessionScripts"/> describes the data model.
/// </summary>
internal sealed class RedisSessions(RedisConnection redis, IOptions<RouterNodeOptions> options, TimeProvider time) : ISessions
{
    /// <summary>How long a put is remembered by its request id, in ms.</summary>
    private const long RememberMs = 60_000;

    private readonly BucketKeys[] buckets = [.. Enumerable.Range(0, options.Value.Buckets).Select(bucket => new BucketKeys(bucket))];
    private readonly int maxSessions = options.Value.MaxSessionsPerUser;
    private readonly long expiryMs = (long)options.Value.SessionExpiry.TotalMilliseconds;

    public string Store => "redis";

    public string StoreId => redis.StoreId;

    public string? PutsRefused => redis.PutsRefused;

    public ValueTask ReadyAsync() => redis.ReadyAsync();

    public async ValueTask AnswersAsync() => await redis.ReadAsync("PING", static database => database.PingAsync());

    public async ValueTask<PutResult> PutAsync(PutArg session)
    {
        var bucket = BucketOf(session.UserId);
        var keys = bucket.Of(session.UserId);
        var request = bucket.RequestOf(session);
        RedisValue[] values =
        [
            SessionIndex.User(session.UserId),
            session.Seq,
            session.Server,
            session.RoomId,
            maxSessions,
            RememberMs,
            session.RequestId.IsEmpty ? 0 : 1,
            session.MinSeq,
            UserHash.Folded(session.RequestId),
        ];
        var write = redis.BeginWrite();
        int result;
        try
        {
            result = (int)await redis.RunAsync(write, PutScript.Put, request is { } key ? [.. keys, key] : keys, values);
        }
        catch (RedisServerException refused) when (request is not null && RedisFaults.PutsRefusedBy(refused) is not null)
        {
            // Redis takes no puts, but an earlier call may have carried out this one.
            result = (int)await redis.ReadAsync(PutScript.Known, [keys[0], request.Value], [session.Server]);
            if (result == 0)
            {
                throw;
            }
        }

        if (result < 0)
        {
            return (PutRefusal)(-result);
        }

        try
        {
            await redis.WaitForReplicasAsync(write, bucket.Index);
            return result;
        }
        catch (Exception failed) when (session.Seq == 0 && session.RequestId.IsEmpty && RedisFaults.Of(failed) is not null)
        {
            // The call fails, and a caller without a request id never learns the new seq. So the session must not stay.
            await TryDelAsync(session.UserId, result);
            throw;
        }
    }

    public async ValueTask<bool> DelAsync(long userId, int seq, long? ageMs)
    {
        var write = redis.BeginWrite();
        var isDeleted = await DelAsync(write, userId, seq, ageMs);
        await redis.WaitForReplicasAsync(write, BucketOf(userId).Index);
        return isDeleted;
    }

    public async ValueTask<bool> DelRequestAsync(long userId, ByteString requestId)
    {
        var bucket = BucketOf(userId);
        var write = redis.BeginWrite();
        var isDeleted = (int)await redis.RunAsync(
            write,
            SessionScripts.DelRequest,
            [.. bucket.Of(userId), bucket.Request(userId, requestId)],
            [SessionIndex.User(userId), expiryMs, RememberMs, UserHash.Folded(requestId)]) == 1;
        await redis.WaitForReplicasAsync(write, bucket.Index);
        return isDeleted;
    }

    public ValueTask DelServerAsync(int server, TimeSpan age, Func<ValueTask> beforeFirst, CancellationToken cancellationToken) =>
        new ServerDeletion(redis, server, age, expiryMs, time, beforeFirst).RunAsync(buckets, cancellationToken);

    public ValueTask<ChangeRoomReply> ChangeRoomAsync(ChangeRoomArg change) =>
        RoomScripts.RunAsync(redis, BucketOf(change.UserId), change);

    public ValueTask<IReadOnlyList<GetReply>> GetAsync(
        IReadOnlyList<long> userIds, int maxSessions, CancellationToken cancellationToken) =>
        UserReads.ReadAsync(redis, userId => BucketOf(userId).User(userId), userIds, maxSessions, cancellationToken);

    public ValueTask<UserPage> UsersAboveAsync(long afterUserId, int limit, CancellationToken cancellationToken) =>
        UserPages.ReadAsync(redis, buckets, afterUserId, limit, cancellationToken);

    public ValueTask<RoomUsersReply> RoomUsersAsync(int roomId, long? afterUserId, int limit, CancellationToken cancellationToken) =>
        RedisRoomPages.ReadAsync(redis, buckets, roomId, afterUserId, limit, cancellationToken);

    public async ValueTask<int> UserCountAsync(long userId)
    {
        var key = BucketOf(userId).User(userId);
        return UserHash.Count(await redis.ReadAsync("HGET", database => database.HashGetAsync(key, UserHash.LastAndCount)));
    }

    public async ValueTask<int> RoomCountAsync(int roomId)
    {
        var counts = await Task.WhenAll(
            buckets.Select(bucket => redis.ReadAsync("HGET", database => database.HashGetAsync(bucket.Rooms, roomId))));
        return counts.Sum(CountOf);
    }

    public async ValueTask<int> CountAsync()
    {
        var counts = await CountsAsync();
        return counts.Sum();
    }

    public async ValueTask<StoreCount> StoreCountAsync()
    {
        var counts = await CountsAsync();
        var users = await Task.WhenAll(
            buckets.Select(bucket => redis.ReadAsync("GET", database => database.StringGetAsync(bucket.Users))));
        return new StoreCount(counts.Sum(static count => (long)count), users.Sum(static count => (long)CountOf(count)));
    }

    public ValueTask AddRoomCountsAsync(Dictionary<int, int> total, CancellationToken cancellationToken) =>
        AddCountsAsync(bucket => bucket.Rooms, total, cancellationToken);

    public ValueTask AddServerCountsAsync(Dictionary<int, int> total, CancellationToken cancellationToken) =>
        AddCountsAsync(bucket => bucket.Servers, total, cancellationToken);

    // The number of sessions in each bucket.
    private Task<int[]> CountsAsync() => Task.WhenAll(buckets.Select(async bucket =>
        (await redis.ReadAsync("HVALS", database => database.HashValuesAsync(bucket.Servers))).Sum(CountOf)));

    private async Task TryDelAsync(long userId, int seq)
    {
        try
        {
            await DelAsync(redis.BeginWrite(), userId, seq, null);
        }
        catch (Exception failed) when (RedisFaults.Of(failed) is not null)
        {
            // Redis does not take the deletion. The caller is told that the put may have been carried out.
        }
    }

    private async Task<bool> DelAsync(RedisWrite write, long userId, int seq, long? ageMs)
    {
        var bucket = BucketOf(userId);
        return (int)await redis.RunAsync(
            write,
            SessionScripts.Del,
            bucket.Of(userId),
            [SessionIndex.User(userId), expiryMs, seq, ageMs ?? -1]) == 1;
    }

    private async ValueTask AddCountsAsync(
        Func<BucketKeys, RedisKey> key, Dictionary<int, int> total, CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(
            buckets.Select(bucket => redis.ReadAsync("HGETALL", database => database.HashGetAllAsync(key(bucket)))));
        foreach (var ofBucket in counts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var entry in ofBucket)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(total, CountOf(entry.Name), out _) += CountOf(entry.Value);
            }
        }
    }

    private static int CountOf(RedisValue value) =>
        value.IsNull ? 0 : value.TryParse(out int count) ? count : throw new ForeignDataException();

    private BucketKeys BucketOf(long userId) => buckets[(int)((ulong)userId % (ulong)buckets.Length)];
}
