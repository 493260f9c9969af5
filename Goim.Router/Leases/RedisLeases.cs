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

    private const int AtOnce = 100;

    // KEYS 1 leases; ARGV 1 now, 2 until when they are claimed, 3 how many.
    private const string Claim =
        """
        local servers = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
        for _, server in ipairs(servers) do redis.call('ZADD', KEYS[1], ARGV[2], server) end
        return servers
        """;

    // KEYS 1 leases; ARGV 1 server, 2 until when it was claimed.
    private const string Remove =
        """
        if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('ZREM', KEYS[1], ARGV[1]) end
        return 0
        """;

    private static readonly RedisKey Leases = "goim:leases";
    private readonly ConcurrentDictionary<int, long> claimed = new();
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

    public async ValueTask<IReadOnlyList<int>> ExpiredAsync()
    {
        var now = Now;
        var servers = (int[])(await redis.RunAsync(Claim, [Leases], [now, now + ClaimMs, AtOnce]))!;
        foreach (var server in servers)
        {
            claimed[server] = now + ClaimMs;
            renewed.TryRemove(server, out _);
        }

        return servers;
    }

    public async ValueTask DoneAsync(int server)
    {
        if (claimed.TryRemove(server, out var until))
        {
            await redis.RunAsync(Remove, [Leases], [server, until]);
        }
    }
}
