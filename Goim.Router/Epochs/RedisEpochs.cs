using Goim.Router.Redis;
using StackExchange.Redis;

namespace Goim.Router.Epochs;

/// <summary>
/// The epochs of all nodes over one Redis. They also change when a replica takes over from its master, which may have lost writes.
/// </summary>
internal sealed class RedisEpochs(RedisConnection redis) : IEpochs
{
    // KEYS: 1 epochs. ARGV: 1 server. Returns how often all servers were forgotten, and how often this one was.
    private static readonly RedisScript GetScript = RedisScript.Read(
        "epoch_get",
        "return { redis.call('HGET', KEYS[1], 'all') or '0', redis.call('HGET', KEYS[1], ARGV[1]) or '0' }");

    // KEYS: 1 epochs. ARGV: 1 server, 2 maximum number of servers.
    private static readonly RedisScript ForgetScript = RedisScript.WriteWhenFull(
        "epoch_forget",
        """
        redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
        if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[2]) then
          local all = redis.call('HINCRBY', KEYS[1], 'all', 1)
          redis.call('DEL', KEYS[1])
          redis.call('HSET', KEYS[1], 'all', all)
        end
        return 0
        """);

    public async ValueTask<string> GetAsync(int server)
    {
        var (store, replication) = (await redis.ReadStoreIdAsync(), await redis.ReadReplicationIdsAsync());
        var generation = (string[])(await redis.ReadAsync(GetScript, [RedisStore.EpochsKey], [server]))!;
        return Epoch.Of($"{store} {replication}", server, string.Join('.', generation));
    }

    public async ValueTask ForgetAsync(int server) =>
        await redis.WriteAsync(ForgetScript, [RedisStore.EpochsKey], [server, Epoch.MaxForgotten]);
}
