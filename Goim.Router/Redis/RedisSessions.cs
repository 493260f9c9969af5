using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Goim.Protocol;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>Sessions in Redis, shared by all nodes: users spread over buckets by id, a bucket's keys in one slot. <see cref="SessionScripts"/> has the data model.</summary>
internal sealed class RedisSessions(RedisConnection redis, IOptions<RouterNodeOptions> options, TimeProvider time) : ISessions
{
    /// <summary>Users that one script reads, or deletes the sessions of: a millisecond or so of Redis' time.</summary>
    private const int UsersPerScript = 100;

    /// <summary>Sessions that one script looks at when it deletes; those of one user are never parted.</summary>
    private const int SessionsPerScript = 64;

    /// <summary>Buckets in which a server's sessions are deleted at once: enough that Redis need not wait for the next script.</summary>
    private const int DeletionsAtOnce = 2;

    private readonly BucketKeys[] buckets = [.. Enumerable.Range(0, options.Value.Buckets).Select(bucket => new BucketKeys(bucket))];
    private readonly long expiry = (long)options.Value.SessionExpiry.TotalMilliseconds;

    public string Store => "redis";

    public ValueTask ReadyAsync() => redis.ReadyAsync();

    public async ValueTask<int> PutAsync(PutArg session)
    {
        var bucket = buckets[IndexOf(session.UserId)];
        var user = bucket.User(session.UserId);
        var losses = redis.Losses;
        var seq = (int)await redis.RunPutAsync(
            SessionScripts.Put,
            [user, bucket.Rooms, bucket.Servers],
            [bucket.Prefix, BucketKeys.Member(session.UserId), session.Seq, session.Server, session.RoomId, time.GetUtcNow().ToUnixTimeMilliseconds()]);
        try
        {
            await redis.ReplicatedAsync(user, losses);
            return seq;
        }
        catch (Exception failed) when (session.Seq == 0 && seq > 0 && RedisFaults.StatusOf(failed) is not null)
        {
            // The caller is told that there is no session, and does not get to know its number.
            await DelAsync(session.UserId, seq, 0);
            throw;
        }
    }

    public async ValueTask<bool> DelAsync(long userId, int seq, long beforeUnixMs)
    {
        var bucket = buckets[IndexOf(userId)];
        return (int)await redis.RunAsync(
            SessionScripts.Del, [bucket.User(userId), bucket.Rooms, bucket.Servers], [bucket.Prefix, BucketKeys.Member(userId), seq, beforeUnixMs, expiry]) == 1;
    }

    // Some users at a time, so that Redis answers others in between. What it has done is done: a call that was cut short goes on where it was
    // when it is made again.
    public async ValueTask DelServerAsync(int server, long beforeUnixMs, CancellationToken cancellationToken) => await Parallel.ForEachAsync(
        buckets,
        new ParallelOptions { MaxDegreeOfParallelism = DeletionsAtOnce, CancellationToken = cancellationToken },
        async (bucket, cancellation) =>
        {
            byte[]? last = [];
            while (last is not null)
            {
                cancellation.ThrowIfCancellationRequested();
                last = (byte[]?)await redis.RunAsync(
                    SessionScripts.DelServer,
                    [bucket.Server(server), bucket.Rooms, bucket.Servers],
                    [bucket.Prefix, server, beforeUnixMs, expiry, last.Length == 0 ? "-" : BucketKeys.Above(last), UsersPerScript, SessionsPerScript]);
            }
        });

    public async ValueTask<IReadOnlyList<GetReply>> GetAsync(IReadOnlyList<long> userIds)
    {
        var replies = new GetReply[userIds.Count];
        var byBucket = Enumerable.Range(0, userIds.Count).GroupBy(i => IndexOf(userIds[i]));
        await Task.WhenAll(byBucket.SelectMany(group => group.Chunk(UsersPerScript).Select(async indexes =>
        {
            var users = (RedisResult[])(await redis.RunAsync(SessionScripts.Get, [.. indexes.Select(i => buckets[group.Key].User(userIds[i]))], []))!;
            for (var i = 0; i < indexes.Length; i++)
            {
                replies[indexes[i]] = SessionsOf((RedisValue[])users[i]!);
            }
        })));
        return replies;
    }

    public async IAsyncEnumerable<long[]> UsersAboveAsync(long afterUserId, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = limit == 0 ? int.MaxValue : limit;
        for (long? after = afterUserId; after is not null && left > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (var users, after) = await PageAsync(after.Value);
            users = users.Length > left ? users[..left] : users;
            left -= users.Length;
            yield return users;
        }
    }

    public async ValueTask<int> UserCountAsync(long userId)
    {
        // Its highest seq is a field too.
        var fields = await redis.Database.HashLengthAsync(buckets[IndexOf(userId)].User(userId));
        return (int)Math.Max(0, fields - 1);
    }

    public async ValueTask<int> RoomCountAsync(int roomId) => (await Task.WhenAll(buckets.Select(bucket => redis.Database.HashGetAsync(bucket.Rooms, roomId)))).Sum(count => (int)count);

    public async ValueTask<int> CountAsync() => (await Task.WhenAll(buckets.Select(bucket => redis.Database.HashValuesAsync(bucket.Servers)))).Sum(counts => counts.Sum(count => (int)count));

    public ValueTask AddRoomCountsAsync(IDictionary<int, int> total) => AddAsync(bucket => bucket.Rooms, total);

    public ValueTask AddServerCountsAsync(IDictionary<int, int> total) => AddAsync(bucket => bucket.Servers, total);

    private async ValueTask AddAsync(Func<BucketKeys, RedisKey> key, IDictionary<int, int> total)
    {
        foreach (var entry in (await Task.WhenAll(buckets.Select(bucket => redis.Database.HashGetAllAsync(key(bucket))))).SelectMany(counts => counts))
        {
            total[(int)entry.Name] = (total.TryGetValue((int)entry.Name, out var sum) ? sum : 0) + (int)entry.Value;
        }
    }

    // The sets of all servers in all buckets, a few users of each: what they have in common is known up to the lowest last one.
    private async Task<(long[] Users, long? Last)> PageAsync(long after)
    {
        const int UsersPerSet = 64;
        var servers = await Task.WhenAll(buckets.Select(bucket => redis.Database.HashKeysAsync(bucket.Servers)));
        var sets = await Task.WhenAll(buckets.SelectMany((bucket, i) => servers[i].Select(server =>
            redis.Database.SortedSetRangeByValueAsync(bucket.Server((int)server), BucketKeys.Member(after), default, Exclude.Start, Order.Ascending, 0, UsersPerSet))));
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
