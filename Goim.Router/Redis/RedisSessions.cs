using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Goim.Protocol;
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

    private readonly BucketKeys[] buckets = [.. Enumerable.Range(0, options.Value.Buckets).Select(bucket => new BucketKeys(bucket))];
    private readonly long expiryMs = (long)options.Value.SessionExpiry.TotalMilliseconds;

    public string Store => "redis";

    public ValueTask ReadyAsync() => redis.ReadyAsync();

    public async ValueTask<int> PutAsync(PutArg session)
    {
        var bucket = buckets[IndexOf(session.UserId)];
        var user = bucket.User(session.UserId);
        var brokenBefore = redis.BrokenConnections;
        var seq = (int)await redis.RunPutAsync(
            SessionScripts.Put,
            [user, bucket.Rooms, bucket.Servers],
            [
                bucket.Prefix,
                BucketKeys.Member(session.UserId),
                session.Seq,
                session.Server,
                session.RoomId,
                time.GetUtcNow().ToUnixTimeMilliseconds(),
            ]);
        try
        {
            await redis.WaitForReplicasAsync(user, brokenBefore);
            return seq;
        }
        catch (Exception failed) when (session.Seq == 0 && seq > 0 && RedisFaultInterceptor.StatusOf(failed) is not null)
        {
            // The call fails, and the caller never learns the new seq. So the session must not stay.
            await DelAsync(session.UserId, seq, 0);
            throw;
        }
    }

    public async ValueTask<bool> DelAsync(long userId, int seq, long beforeUnixMs)
    {
        var bucket = buckets[IndexOf(userId)];
        return (int)await redis.RunAsync(
            SessionScripts.Del,
            [bucket.User(userId), bucket.Rooms, bucket.Servers],
            [bucket.Prefix, BucketKeys.Member(userId), seq, beforeUnixMs, expiryMs]) == 1;
    }

    // Deletes in many short scripts, so that Redis serves other calls in between. A cancelled call keeps what it has deleted; when it is
    // repeated, the rest is deleted.
    public async ValueTask DelServerAsync(int server, long beforeUnixMs, CancellationToken cancellationToken) =>
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
                    lastMember = (byte[]?)await redis.RunAsync(
                        SessionScripts.DelServer,
                        [bucket.Server(server), bucket.Rooms, bucket.Servers],
                        [bucket.Prefix, server, beforeUnixMs, expiryMs, start, UsersPerScript, SessionsPerScript]);
                }
            });

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
                replies[indexes[i]] = SessionsOf((RedisValue[])users[i]!);
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
            (var users, after) = await ReadPageAsync(after.Value);
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

    // Reads the next few users of every server's set in every bucket. If a set may have more, the page is complete only up to the last user
    // read from that set: so the page ends at the lowest of these. Last is null if no set has more.
    private async Task<(long[] Users, long? Last)> ReadPageAsync(long after)
    {
        const int UsersPerSet = 64;
        var servers = await Task.WhenAll(buckets.Select(bucket => redis.Database.HashKeysAsync(bucket.Servers)));
        var sets = await Task.WhenAll(buckets.SelectMany((bucket, i) => servers[i].Select(server =>
            redis.Database.SortedSetRangeByValueAsync(
                bucket.Server((int)server), BucketKeys.Member(after), default, Exclude.Start, Order.Ascending, 0, UsersPerSet))));
        var users = new SortedSet<long>();
        long? last = null;
        foreach (var set in sets)
        {
            users.UnionWith(set.Select(member => BucketKeys.UserId(member!)));
            if (set.Length == UsersPerSet)
            {
                last = Math.Min(last ?? long.MaxValue, BucketKeys.UserId(set[^1]!));
            }
        }

        return ([.. last is null ? users : users.GetViewBetween(long.MinValue, last.Value)], last);
    }

    private static GetReply SessionsOf(RedisValue[] fields)
    {
        var sessions = new List<(int Seq, int Server)>(fields.Length / 2);
        for (var i = 0; i < fields.Length; i += 2)
        {
            if (fields[i].TryParse(out int seq) && Utf8Parser.TryParse((byte[])fields[i + 1]!, out int server, out _))
            {
                sessions.Add((seq, server));
            }
        }

        sessions.Sort();
        var reply = new GetReply();
        foreach (var (seq, server) in sessions)
        {
            reply.Seqs.Add(seq);
            reply.Servers.Add(server);
        }

        return reply;
    }

    private int IndexOf(long userId) => (int)((ulong)userId % (ulong)buckets.Length);
}
