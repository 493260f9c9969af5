using System.Collections.Concurrent;
using System.Net;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>
/// Waits for replicas (Redis' WAIT) so that a failover loses no write that was answered. WAIT is about all that its connection wrote before, so
/// one is enough for all writes that came while the last one was under way.
/// </summary>
/// <param name="needed">Replicas that must have a write; 0 waits for none.</param>
internal sealed class ReplicaWaits(int needed)
{
    /// <summary>Shorter than a call to Redis may take, so that it is Redis which says how many have the write.</summary>
    private const int LongestMs = 500;
    private readonly ConcurrentDictionary<EndPoint, Master> masters = new();

    /// <exception cref="TooFewReplicasException">Fewer have it in time.</exception>
    public async Task WaitAsync(ConnectionMultiplexer redis, RedisKey key)
    {
        if (needed == 0)
        {
            return;
        }

        var endpoint = MasterOf(redis, key) ?? throw new TooFewReplicasException(0, needed);
        var replicas = await masters.GetOrAdd(endpoint, static _ => new Master()).WaitAsync(redis.GetServer(endpoint), needed);
        if (replicas < needed)
        {
            throw new TooFewReplicasException(replicas, needed);
        }
    }

    private static EndPoint? MasterOf(ConnectionMultiplexer redis, RedisKey key)
    {
        var servers = redis.GetServers().Where(server => server.IsConnected && !server.IsReplica).ToArray();
        return servers.FirstOrDefault(server => server.ServerType == ServerType.Cluster)?.ClusterConfiguration?.GetBySlot(key)?.EndPoint ?? servers.FirstOrDefault()?.EndPoint;
    }

    private sealed class Master
    {
        private readonly Lock gate = new();
        private Task<int> current = Task.FromResult(0);
        private Task<int>? next;

        // The one under way may have begun before the caller's write.
        public Task<int> WaitAsync(IServer server, int needed)
        {
            lock (gate)
            {
                return next ??= AfterAsync(current, server, needed);
            }
        }

        private async Task<int> AfterAsync(Task<int> before, IServer server, int needed)
        {
            await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            Task<int> wait;
            lock (gate)
            {
                wait = AskAsync(server, needed);
                current = wait;
                next = null;
            }

            return await wait;
        }

        private static async Task<int> AskAsync(IServer server, int needed) => (int)await server.ExecuteAsync("WAIT", needed, LongestMs);
    }
}

/// <summary>A write is not on as many replicas as it must be.</summary>
internal sealed class TooFewReplicasException(int replicas, int needed) : Exception($"{replicas} replicas have the write: expected {needed} (RouterNode__RedisReplicas).");
