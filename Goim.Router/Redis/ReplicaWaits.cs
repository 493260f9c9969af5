using System.Collections.Concurrent;
using System.Net;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>Waits for replicas with Redis' WAIT, so that a failover loses no write that was answered.</summary>
/// <remarks>
/// WAIT covers every write before the last command of its connection. So all writes that arrive while a WAIT is running share the next one.
/// </remarks>
/// <param name="required">Number of replicas that must have a write: 1 or more.</param>
internal sealed class ReplicaWaits(int required)
{
    /// <summary>Shorter than the client's command timeout, so that Redis still answers when too few replicas confirm.</summary>
    private const int TimeoutMs = 500;

    private readonly ConcurrentDictionary<EndPoint, MasterWaits> masters = new();

    /// <exception cref="TooFewReplicasException">Fewer replicas than required confirmed the write in time.</exception>
    public async Task WaitAsync(ConnectionMultiplexer connection, RedisKey key)
    {
        var endpoint = MasterOf(connection, key) ?? throw new TooFewReplicasException(0, required);
        var master = masters.GetOrAdd(endpoint, static _ => new MasterWaits());
        var replicas = await master.WaitAsync(connection.GetServer(endpoint), required);
        if (replicas < required)
        {
            throw new TooFewReplicasException(replicas, required);
        }
    }

    private static EndPoint? MasterOf(ConnectionMultiplexer connection, RedisKey key)
    {
        var servers = connection.GetServers().Where(server => server.IsConnected && !server.IsReplica).ToArray();
        var cluster = servers.FirstOrDefault(server => server.ServerType == ServerType.Cluster)?.ClusterConfiguration;
        return cluster?.GetBySlot(key)?.EndPoint ?? servers.FirstOrDefault()?.EndPoint;
    }

    private sealed class MasterWaits
    {
        private readonly Lock gate = new();
        private Task<int> running = Task.FromResult(0);
        private Task<int>? next;

        // Always the next WAIT: the running one may have started before the caller's write.
        public Task<int> WaitAsync(IServer server, int required)
        {
            lock (gate)
            {
                return next ??= StartAfterAsync(running, server, required);
            }
        }

        private async Task<int> StartAfterAsync(Task<int> previous, IServer server, int required)
        {
            await ((Task)previous).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            Task<int> wait;
            lock (gate)
            {
                wait = SendWaitAsync(server, required);
                running = wait;
                next = null;
            }

            return await wait;
        }

        private static async Task<int> SendWaitAsync(IServer server, int required) =>
            (int)await server.ExecuteAsync("WAIT", required, TimeoutMs);
    }
}

/// <summary>Fewer replicas than <c>RouterNode__RedisReplicas</c> requires are known to have a write.</summary>
internal sealed class TooFewReplicasException : Exception
{
    public TooFewReplicasException(int replicas, int required)
        : base($"{replicas} replicas have the write: expected {required} (RouterNode__RedisReplicas).")
    {
    }

    public TooFewReplicasException(int required)
        : base($"The connection to Redis broke before {required} replicas had the write (RouterNode__RedisReplicas).")
    {
    }
}
