using System.Collections.Concurrent;
using Goim.Protocol;
using Goim.Router.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Router.Leases;

/// <summary>
/// Keeps the leases in Redis, for all nodes: a sorted set of comet servers, scored by the lease's end in Unix ms of Redis' clock.
/// </summary>
internal sealed class RedisLeases(RedisConnection redis, IOptions<RouterNodeOptions> options, TimeProvider time) : ILeases
{
    private const int MaxRenewals = 100_000;

    /// <summary>Time that a node has for deleting a server's sessions. Then another node can claim the lease.</summary>
    private const long ClaimMs = 30_000;

    // Starts each script.
    private const string Now =
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)

        """;

    // KEYS: 1 leases. ARGV: 1 length of a lease, then servers.
    private static readonly RedisScript RenewScript = RedisScript.WriteWhenFull(
        "lease_renew",
        Now +
        """
        for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
        return 0
        """);

    // As RenewScript, for servers without a lease.
    private static readonly RedisScript GrantScript = RedisScript.WriteWhenFull(
        "lease_grant",
        Now +
        """
        for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'NX', now + ARGV[1], ARGV[i]) end
        return 0
        """);

    // KEYS: 1 leases. ARGV: 1 length of a lease.
    private static readonly RedisScript RenewAllScript = RedisScript.WriteWhenFull(
        "lease_renew_all",
        Now +
        """
        for _, server in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('ZADD', KEYS[1], 'GT', now + ARGV[1], server) end
        return 0
        """);

    // KEYS: 1 leases. ARGV: 1 length of a claim. Returns the server, how long ago its lease ended, and the end of the claim, or an empty
    // array.
    private static readonly RedisScript ClaimScript = RedisScript.WriteWhenFull(
        "lease_claim",
        Now +
        """
        local first = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'WITHSCORES', 'LIMIT', 0, 1)
        if not first[1] then return {} end
        redis.call('ZADD', KEYS[1], now + ARGV[1], first[1])
        return { tonumber(first[1]), now - first[2], now + ARGV[1] }
        """);

    // KEYS: 1 leases. ARGV: 1 server, 2 end of the claim. Does nothing if the server has renewed its lease since the claim.
    private static readonly RedisScript RemoveScript = RedisScript.WriteWhenFull(
        "lease_remove",
        """
        if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('ZREM', KEYS[1], ARGV[1]) end
        return 0
        """);

    // When this node last renewed the lease of each server: a timestamp of TimeProvider.
    private readonly ConcurrentDictionary<int, long> lastRenewals = new(SeededIntComparer.Instance);

    // The replication ids of Redis' masters at the last check.
    private string? replicationIds;

    public long LeaseMs { get; } = (long)options.Value.ServerLease.TotalMilliseconds;

    public ValueTask RenewAsync(int server) => IsRenewed(server, time.GetTimestamp()) ? ValueTask.CompletedTask : RenewAsync([server]);

    // Writes to Redis at most once per twentieth of a lease for each server, since every put renews.
    public async ValueTask RenewAsync(IReadOnlyCollection<int> servers)
    {
        var now = time.GetTimestamp();
        var due = servers.Where(server => !IsRenewed(server, now)).ToArray();
        if (due.Length == 0)
        {
            return;
        }

        await redis.WriteAsync(RenewScript, [RedisStore.LeasesKey], [LeaseMs, .. due.Select(server => (RedisValue)server)]);
        if (lastRenewals.Count > MaxRenewals)
        {
            lastRenewals.Clear();
        }

        foreach (var server in due)
        {
            lastRenewals[server] = now;
        }
    }

    public async ValueTask GrantAsync(ICollection<int> servers) =>
        await redis.WriteAsync(GrantScript, [RedisStore.LeasesKey], [LeaseMs, .. servers.Select(server => (RedisValue)server)]);

    public async ValueTask RenewAllAsync() => await redis.WriteAsync(RenewAllScript, [RedisStore.LeasesKey], [LeaseMs]);

    public async ValueTask<ExpiredLease?> ClaimExpiredAsync()
    {
        // After a failover the ends of the leases are in the time of another machine. So every server gets a whole new lease.
        var ids = await redis.ReadReplicationIdsAsync();
        if (ids != replicationIds)
        {
            await RenewAllAsync();
            replicationIds = ids;
        }

        var first = (long[])(await redis.WriteAsync(ClaimScript, [RedisStore.LeasesKey], [ClaimMs]))!;
        if (first.Length == 0)
        {
            return null;
        }

        lastRenewals.TryRemove((int)first[0], out _);
        return new ExpiredLease((int)first[0], first[1], first[2]);
    }

    public async ValueTask RemoveAsync(ExpiredLease lease) =>
        await redis.WriteAsync(RemoveScript, [RedisStore.LeasesKey], [lease.Server, lease.StoredEnd]);

    // A user of Redis as docs/operate.md makes it may not call ZCARD.
    public async ValueTask<int> CountAsync() =>
        (await redis.ReadAsync("ZRANGE", static database => database.SortedSetRangeByRankAsync(RedisStore.LeasesKey))).Length;

    private bool IsRenewed(int server, long now) =>
        lastRenewals.TryGetValue(server, out var last) && time.GetElapsedTime(last, now).TotalMilliseconds < LeaseMs / 20.0;
}
