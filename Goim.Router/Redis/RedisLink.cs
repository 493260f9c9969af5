using System.Net;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>
/// The connections to one Redis: one for reads, and one for writes, which Redis blocks while they wait for replicas or while it is paused.
/// </summary>
internal sealed class RedisLink : IAsyncDisposable
{
    private readonly ConnectionMultiplexer reads;
    private readonly ConnectionMultiplexer writes;
    private readonly int requiredReplicas;
    private readonly ReplicaWaits replicaWaits;
    private int brokenConnections;

    private RedisLink(ConnectionMultiplexer reads, ConnectionMultiplexer writes, int requiredReplicas)
    {
        (this.reads, this.writes, this.requiredReplicas) = (reads, writes, requiredReplicas);
        replicaWaits = new ReplicaWaits(requiredReplicas);
    }

    public IDatabase Reads => reads.GetDatabase();

    public IDatabase Writes => writes.GetDatabase();

    public bool IsConnected => reads.IsConnected;

    /// <summary>The address that it was told to connect to; the first one, if there are several.</summary>
    public required EndPoint Address { get; init; }

    /// <summary>Whether writes wait for replicas.</summary>
    public bool WaitsForReplicas => requiredReplicas > 0;

    /// <summary>Number of times that a connection broke.</summary>
    public int BrokenConnections => Volatile.Read(ref brokenConnections);

    /// <summary>The servers that are connected.</summary>
    public IEnumerable<IServer> Servers => reads.GetServers().Where(server => server.IsConnected);

    /// <summary>The masters that are connected.</summary>
    public IEnumerable<IServer> Masters => Servers.Where(server => !server.IsReplica);

    /// <summary>The masters that are connected for writes.</summary>
    public IEnumerable<IServer> WritableMasters => writes.GetServers().Where(server => server.IsConnected && !server.IsReplica);

    /// <param name="configuration">How to connect.</param>
    /// <param name="tokens">Signs in with tokens instead of a password.</param>
    /// <param name="replicas">RouterNode__RedisReplicas.</param>
    /// <param name="onBroken">Called when a connection breaks.</param>
    /// <param name="onRestored">Called when a connection is there again.</param>
    public static async Task<RedisLink> ConnectAsync(
        ConfigurationOptions configuration, RedisTokens? tokens, int replicas, Action<ConnectionFailureType> onBroken, Action onRestored)
    {
        var link = new RedisLink(await OpenAsync(), await OpenAsync(), replicas)
        {
            Address = configuration.EndPoints[0],
        };
        foreach (var connection in new[] { link.reads, link.writes })
        {
            connection.ConnectionFailed += (_, failed) =>
            {
                Interlocked.Increment(ref link.brokenConnections);
                onBroken(failed.FailureType);
            };
            connection.ConnectionRestored += (_, _) => onRestored();
        }

        return link;

        async Task<ConnectionMultiplexer> OpenAsync()
        {
            var connection = await ConnectionMultiplexer.ConnectAsync(configuration);
            _ = tokens?.RenewUntilStoppedAsync(connection);
            return connection;
        }
    }

    /// <summary>Waits until <c>RouterNode__RedisReplicas</c> replicas have every write to the key's master until now.</summary>
    /// <param name="key">A key that was written to.</param>
    /// <param name="brokenBefore">
    /// <see cref="BrokenConnections"/> before the write. WAIT says nothing about writes of a connection before it broke.
    /// </param>
    /// <exception cref="TooFewReplicasException">Fewer replicas confirmed them in time, or a connection broke.</exception>
    public async Task WaitForReplicasAsync(RedisKey key, int brokenBefore)
    {
        if (requiredReplicas == 0)
        {
            return;
        }

        await replicaWaits.WaitAsync(writes, key);
        if (brokenBefore != BrokenConnections)
        {
            throw new TooFewReplicasException(requiredReplicas);
        }
    }

    /// <summary>Finds out anew which server is the master.</summary>
    public Task FindMasterAsync() => Task.WhenAll(reads.ConfigureAsync(), writes.ConfigureAsync());

    /// <summary>Whether a connection takes a server for a replica that is a master, or the other way round.</summary>
    public bool MistakesRole(IServer server, bool isMaster) =>
        reads.GetServer(server.EndPoint).IsReplica == isMaster || writes.GetServer(server.EndPoint).IsReplica == isMaster;

    /// <summary>Closes the connections. Commands under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        await reads.CloseAsync(allowCommandsToComplete: false);
        await writes.CloseAsync(allowCommandsToComplete: false);
        await reads.DisposeAsync();
        await writes.DisposeAsync();
    }
}

/// <summary>A write on its way, with what must not have changed when replicas confirm it.</summary>
/// <param name="Link">Where it was sent.</param>
/// <param name="BrokenBefore">How many connections had broken before.</param>
internal readonly record struct RedisWrite(RedisLink Link, int BrokenBefore);
