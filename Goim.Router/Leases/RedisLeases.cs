using System.Collections.Concurrent;
using Goim.Router.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Router.Leases;

/// <summary>Leases in Redis, for all nodes: a sorted set of servers by the end of their lease, Unix time in ms.</summary>
internal sealed class RedisLeases(RedisConnection redis, IOptions<RouterNodeOptions> options, TimeProvider time) : ILeases
{
    /// <summary>How long a node has for the sessions of a server before another one tries.</summary>
    private const long ClaimMs = 30_000;

    // KEYS 1 leases; ARGV 1 now, 2 until when it is claimed. Gives the server and when its lease ended.
    private const string Claim =
        """
        local first = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, 1)
        if first[1] then redis.call('ZADD', KEYS[1], ARGV[2], first[1]) end
        return first
        """;

    // KEYS 1 leases; ARGV 1 end of the new leases.
    private const string Extend =
        """
        for _, server in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('ZADD', KEYS[1], 'GT', ARGV[1], server) end
        return 0
        """;

    // KEYS 1 leases; ARGV 1 server, 2 until when it was claimed.
    private const string Remove =
        """
        if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('ZREM', KEYS[1], ARGV[1]) end
        return 0
        """;

    private static readonly RedisKey Leases = "goim:leases";
    private readonly ConcurrentDictionary<int, long> renewed = new();
    private readonly long leaseMs = (long)options.Value.ServerLease.TotalMilliseconds;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    // A server that puts many sessions renews with one of them in a twentieth of its lease.
    public async ValueTask RenewAsync(int server)
    {
        var now = Now;
        if (renewed.TryGetValue(server, out var last) && now - last < leaseMs / 20)
        {
            return;
        }

        await redis.Database.SortedSetAddAsync(Leases, server, now + leaseMs);
        renewed[server] = now;
    }

    public async ValueTask GrantAsync(ICollection<int> withSessions)
    {
        var end = Now + leaseMs;
        await redis.Database.SortedSetAddAsync(Leases, [.. withSessions.Select(server => new SortedSetEntry(server, end))], SortedSetWhen.NotExists);
    }

    public async ValueTask ExtendAsync() => await redis.RunAsync(Extend, [Leases], [Now + leaseMs]);

    public async ValueTask<ExpiredLease?> NextExpiredAsync()
    {
        var now = Now;
        var first = (RedisValue[])(await redis.RunAsync(Claim, [Leases], [now, now + ClaimMs]))!;
        if (first.Length == 0)
        {
            return null;
        }

        renewed.TryRemove((int)first[0], out _);
        return new ExpiredLease((int)first[0], (long)first[1], now + ClaimMs);
    }

    public async ValueTask DoneAsync(ExpiredLease lease) => await redis.RunAsync(Remove, [Leases], [lease.Server, lease.Claim]);
}
