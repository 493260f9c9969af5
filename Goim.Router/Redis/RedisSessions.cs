using System.Runtime.CompilerServices;
using Goim.Protocol;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>
/// Keeps the sessions in Redis, shared by all nodes. Users are spread over buckets by id; all keys of a bucket are in one hash slot.
/// <see cref="SessionScripts"/> describes the data model.
/// </summary>
internal sealed class RedisSessions(RedisConnection redis, IOptions<RouterNodeOptions> options, TimeProvider time) : ISessions
{
    /// <summary>Maximum number of users in one script that reads or deletes sessions: about 1 ms of Redis' time.</summary>
    private const int UsersPerScript = 100;

    /// <summary>A script that deletes sessions stops once it has visited this many, but never between sessions of one user.</summary>
    private const int SessionsPerScript = 64;

    /// <summary>Number of buckets that DelServer deletes from concurrently: enough that Redis always has a script to run.</summary>
    private const int ConcurrentDeletions = 2;

    /// <summary>How long a put is remembered by its request id, in ms.</summary>
    private const long RememberMs = 60_000;

    private readonly BucketKeys[] buckets = [.. Enumerable.Range(0, options.Value.Buckets).Select(bucket => new BucketKeys(bucket))];
    private readonly int maxSessions = options.Value.MaxSessionsPerUser;
    private readonly long expiryMs = (long)options.Value.SessionExpiry.TotalMilliseconds;

    public string Store => "redis";

    public string StoreId => redis.StoreId;

    public ValueTask ReadyAsync() => redis.ReadyAsync();

    public async ValueTask<PutResult> PutAsync(PutArg session)
    {
        var bucket = buckets[IndexOf(session.UserId)];
        var user = bucket.User(session.UserId);
        RedisKey[] keys = [user, bucket.Rooms, bucket.Servers, bucket.Server(session.Server)];
        var brokenBefore = redis.BrokenConnections;
        var result = (int)await redis.RunPutAsync(
            SessionScripts.Put,
            bucket.RequestOf(session) is { } request ? [.. keys, request] : keys,
            [
                BucketKeys.Member(session.UserId),
                session.Seq,
                session.Server,
                session.RoomId,
                maxSessions,
                RememberMs,
                session.RequestId.IsEmpty ? 0 : 1,
                session.MinSeq,
                UserHash.Digits(session.RequestId),
            ]);
        if (result < 0)
        {
            return (PutRefusal)result;
        }

        try
        {
            await redis.WaitForReplicasAsync(user, brokenBefore);
            return result;
        }
        catch (Exception failed) when (
            session.Seq == 0 && session.RequestId.IsEmpty && RedisFaultInterceptor.StatusOf(failed) is not null)
        {
            // The call fails, and a caller without a request id never learns the new seq. So the session must not stay.
            await DelAsync(session.UserId, result, null);
            throw;
        }
    }

    public async ValueTask<bool> DelAsync(long userId, int seq, long? ageMs)
    {
        var bucket = buckets[IndexOf(userId)];
        return (int)await redis.RunAsync(
            SessionScripts.Del,
            [bucket.User(userId), bucket.Rooms, bucket.Servers],
            [bucket.Prefix, BucketKeys.Member(userId), expiryMs, seq, ageMs ?? -1]) == 1;
    }

    public async ValueTask<bool> DelRequestAsync(long userId, ByteString requestId)
    {
        var bucket = buckets[IndexOf(userId)];
        return (int)await redis.RunAsync(
            SessionScripts.DelRequest,
            [bucket.User(userId), bucket.Rooms, bucket.Servers, bucket.Request(userId, requestId.Span)],
            [bucket.Prefix, BucketKeys.Member(userId), expiryMs, RememberMs, UserHash.Digits(requestId)]) == 1;
    }

    // Deletes in many short scripts, so that Redis serves other calls in between. A cancelled call keeps what it has deleted; when it is
    // repeated, the rest is deleted.
    public async ValueTask DelServerAsync(int server, TimeSpan age, Func<ValueTask> beforeFirst, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var first = new Lazy<Task>(() => beforeFirst().AsTask());
        await Parallel.ForEachAsync(
            buckets,
            new ParallelOptions { MaxDegreeOfParallelism = ConcurrentDeletions, CancellationToken = cancellationToken },
            async (bucket, cancellation) =>
            {
                byte[]? lastMember = [];
                while (lastMember is not null)
                {
                    cancellation.ThrowIfCancellationRequested();
                    RedisValue start = lastMember.Length == 0 ? "-" : BucketKeys.Above(lastMember);
                    var mayDelete = first.IsValueCreated && first.Value.IsCompletedSuccessfully;
                    var ageNow = (age + time.GetElapsedTime(began)).TotalMilliseconds;
                    var result = await redis.RunAsync(
                        SessionScripts.DelServer,
                        [bucket.Server(server), bucket.Rooms, bucket.Servers],
                        [bucket.Prefix, server, ageNow, expiryMs, start, UsersPerScript, SessionsPerScript, mayDelete ? 1 : 0]);
                    if (result.Resp2Type == ResultType.Integer)
                    {
                        await first.Value;
                    }
                    else
                    {
                        lastMember = (byte[]?)result;
                    }
                }
            });
    }

    public async ValueTask<IReadOnlyList<GetReply>> GetAsync(IReadOnlyList<long> userIds)
    {
        var replies = new GetReply[userIds.Count];
        var byBucket = Enumerable.Range(0, userIds.Count).GroupBy(i => IndexOf(userIds[i]));
        await Task.WhenAll(byBucket.SelectMany(group => group.Chunk(UsersPerScript).Select(async indexes =>
        {
            RedisKey[] keys = [.. indexes.Select(i => buckets[group.Key].User(userIds[i]))];
            var users = (RedisResult[])(await redis.RunAsync(SessionScripts.Get, keys, []))!;
            for (var i = 0; i < indexes.Length; i++)
            {
                replies[indexes[i]] = UserHash.Sessions((RedisValue[])users[i]!);
            }
        })));
        return replies;
    }

    public async IAsyncEnumerable<long[]> UsersAboveAsync(
        long afterUserId, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var remaining = limit == 0 ? int.MaxValue : limit;
        for (long? after = afterUserId; after is not null && remaining > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (var users, after) = await UserPages.ReadAsync(redis.Database, buckets, after.Value);
            users = users.Length > remaining ? users[..remaining] : users;
            remaining -= users.Length;
            yield return users;
        }
    }

    public async ValueTask<int> UserCountAsync(long userId)
    {
        // One field of the hash is the highest seq.
        var fields = await redis.Database.HashLengthAsync(buckets[IndexOf(userId)].User(userId));
        return (int)Math.Max(0, fields - 1);
    }

    public async ValueTask<int> RoomCountAsync(int roomId)
    {
        var counts = await Task.WhenAll(buckets.Select(bucket => redis.Database.HashGetAsync(bucket.Rooms, roomId)));
        return counts.Sum(count => (int)count);
    }

    public async ValueTask<int> CountAsync()
    {
        var counts = await Task.WhenAll(buckets.Select(bucket => redis.Database.HashValuesAsync(bucket.Servers)));
        return counts.Sum(ofBucket => ofBucket.Sum(count => (int)count));
    }

    public ValueTask AddRoomCountsAsync(IDictionary<int, int> total) => AddCountsAsync(bucket => bucket.Rooms, total);

    public ValueTask AddServerCountsAsync(IDictionary<int, int> total) => AddCountsAsync(bucket => bucket.Servers, total);

    private async ValueTask AddCountsAsync(Func<BucketKeys, RedisKey> key, IDictionary<int, int> total)
    {
        var counts = await Task.WhenAll(buckets.Select(bucket => redis.Database.HashGetAllAsync(key(bucket))));
        foreach (var entry in counts.SelectMany(ofBucket => ofBucket))
        {
            total[(int)entry.Name] = (total.TryGetValue((int)entry.Name, out var sum) ? sum : 0) + (int)entry.Value;
        }
    }

    private int IndexOf(long userId) => (int)((ulong)userId % (ulong)buckets.Length);
}
