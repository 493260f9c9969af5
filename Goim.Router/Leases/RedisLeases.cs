using System.Collections.Concurrent;
using Goim.Router.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Router.Leases;

/// <summary>Keeps the leases in Redis, for all nodes: a sorted set of comet servers, scored by the lease's end in Unix ms.</summary>
internal sealed class RedisLeases(RedisConnection redis, IOptions<RouterNodeOptions> options, TimeProvider time) : ILeases
{
    /// <summary>Time that a node has for deleting a server's sessions. Then another node can claim the lease.</summary>
    private const long ClaimMs = 30_000;

    // KEYS: 1 leases. ARGV: 1 now, 2 end of the claim. Returns the server and the end of its lease, or an empty array.
    private const string ClaimScript =
        """
        local first = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, 1)
        if first[1] then redis.call('ZADD', KEYS[1], ARGV[2], first[1]) end
        return first
        """;

    // KEYS: 1 leases. ARGV: 1 end of the renewed leases.
    private const string RenewAllScript =
        """
        for _, server in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('ZADD', KEYS[1], 'GT', ARGV[1], server) end
        return 0
        """;

    // KEYS: 1 leases. ARGV: 1 server, 2 end of the claim. Does nothing if the server has renewed its lease since the claim.
    private const string RemoveScript =
        """
        if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('ZREM', KEYS[1], ARGV[1]) end
        return 0
        """;

    private static readonly RedisKey LeasesKey = "goim:leases";

    // When this node last renewed the lease of each server: Unix time in ms.
    private readonly ConcurrentDictionary<int, long> lastRenewals = new();
    private readonly long leaseMs = (long)options.Value.ServerLease.TotalMilliseconds;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    // Writes to Redis at most once per twentieth of a lease for each server, since every put renews.
    public async ValueTask RenewAsync(int server)
    {
        var now = Now;
        if (lastRenewals.TryGetValue(server, out var last) && now - last < leaseMs / 20)
        {
            return;
        }

        await redis.Database.SortedSetAddAsync(LeasesKey, server, now + leaseMs);
        lastRenewals[server] = now;
    }

    public async ValueTask GrantAsync(ICollection<int> servers)
    {
        var end = Now + leaseMs;
        await redis.Database.SortedSetAddAsync(
            LeasesKey, [.. servers.Select(server => new SortedSetEntry(server, end))], SortedSetWhen.NotExists);
    }

    public async ValueTask RenewAllAsync() => await redis.RunAsync(RenewAllScript, [LeasesKey], [Now + leaseMs]);

    public async ValueTask<ExpiredLease?> ClaimExpiredAsync()
    {
        var now = Now;
        var first = (RedisValue[])(await redis.RunAsync(ClaimScript, [LeasesKey], [now, now + ClaimMs]))!;
        if (first.Length == 0)
        {
            return null;
        }

        lastRenewals.TryRemove((int)first[0], out _);
        return new ExpiredLease((int)first[0], (long)first[1], now + ClaimMs);
    }

    public async ValueTask RemoveAsync(ExpiredLease lease) =>
        await redis.RunAsync(RemoveScript, [LeasesKey], [lease.Server, lease.StoredEndUnixMs]);
}
