using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>
/// The node's connections to Redis or Redis Cluster. Connects on the first call, and reconnects within a second after a connection breaks.
/// </summary>
internal sealed class RedisConnection(IOptions<RouterNodeOptions> options, RedisTokens? tokens, ILogger<RedisConnection> logger)
    : IAsyncDisposable
{
    private const string BucketsKey = "goim:buckets";
    private readonly Lock gate = new();
    private readonly ReplicaWaits replicaWaits = new(options.Value.RedisReplicas);
    private readonly RedisStoreId storeId = new();
    private Task<(ConnectionMultiplexer Main, ConnectionMultiplexer Puts)>? connecting;

    // The same connection as for puts unless RouterNode__RedisReplicas is set.
    private volatile ConnectionMultiplexer? mainConnection;
    private volatile ConnectionMultiplexer? putConnection;
    private volatile bool hasTimedOut;
    private volatile bool isReady;
    private int brokenConnections;

    /// <summary>For commands other than puts. Await <see cref="ReadyAsync"/> before.</summary>
    public IDatabase Database => mainConnection!.GetDatabase();

    /// <summary>The id of the data in Redis when it was last read. Empty before the first call.</summary>
    public string StoreId => storeId.Current;

    /// <summary>Number of times that a connection broke.</summary>
    public int BrokenConnections => Volatile.Read(ref brokenConnections);

    /// <summary>Completes when Redis can take commands. Await it before any command.</summary>
    /// <exception cref="RedisConnectionException">Redis does not answer.</exception>
    /// <exception cref="BucketsMismatchException">Redis has sessions of nodes with another <c>RouterNode__Buckets</c>.</exception>
    /// <exception cref="RedisTimeoutException">A command has timed out, and Redis has not answered a PING since.</exception>
    public ValueTask ReadyAsync() => hasTimedOut
        ? throw new RedisTimeoutException(CommandFlags.None, "Redis hangs.", CommandStatus.WaitingToBeSent)
        : isReady ? ValueTask.CompletedTask : new ValueTask(ConnectAndCheckBucketsAsync());

    /// <summary>
    /// Reports that a command has timed out. Until Redis answers a PING, <see cref="ReadyAsync"/> throws at once, so that further calls do
    /// not wait for the same timeout.
    /// </summary>
    public void ReportTimeout()
    {
        if (!Interlocked.Exchange(ref hasTimedOut, true))
        {
            _ = PingUntilAnsweredAsync();
        }
    }

    /// <summary>Reads the id of the data in Redis.</summary>
    public Task<string> ReadStoreIdAsync() => storeId.ReadAsync(Database);

    /// <summary>Reads the replication ids of Redis' masters.</summary>
    public Task<string> ReadReplicationIdsAsync() => RedisStoreId.ReplicationIdsAsync(mainConnection!);

    /// <summary>Runs a Lua script.</summary>
    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values) => RunAsync(Database, script, keys, values);

    /// <summary>
    /// Runs the script of a put, on the connection that then waits for replicas. WAIT blocks a connection, so other commands use another.
    /// </summary>
    public Task<RedisResult> RunPutAsync(string script, RedisKey[] keys, RedisValue[] values) =>
        RunAsync(putConnection!.GetDatabase(), script, keys, values);

    /// <summary>Waits until <c>RouterNode__RedisReplicas</c> replicas have a write of <see cref="RunPutAsync"/>.</summary>
    /// <param name="key">A key that the write changed.</param>
    /// <param name="brokenBefore">
    /// <see cref="BrokenConnections"/> before the write. WAIT covers only the writes of its own connection, so it says nothing about this
    /// write if the connection has broken since.
    /// </param>
    /// <exception cref="TooFewReplicasException">Fewer replicas confirmed the write in time, or a connection broke.</exception>
    public async Task WaitForReplicasAsync(RedisKey key, int brokenBefore)
    {
        await replicaWaits.WaitAsync(putConnection!, key);
        if (options.Value.RedisReplicas > 0 && brokenBefore != BrokenConnections)
        {
            throw new TooFewReplicasException(0, options.Value.RedisReplicas);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (mainConnection?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (putConnection?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static async Task<RedisResult> RunAsync(IDatabase database, string script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script, keys, values);
        }
        catch (RedisServerException unknown) when (unknown.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // The server has restarted, or a replica has become the master. StackExchange.Redis now sends the script itself.
            return await database.ScriptEvaluateAsync(script, keys, values);
        }
    }

    private async Task PingUntilAnsweredAsync()
    {
        using var timer = new PeriodicTimer(RedisConfiguration.RetryPeriod);
        while (await timer.WaitForNextTickAsync())
        {
            try
            {
                await Database.PingAsync();
                hasTimedOut = false;
                return;
            }
            catch (Exception failed) when (failed is RedisException or TimeoutException)
            {
                // Redis still does not answer.
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ConnectAndCheckBucketsAsync()
    {
        if (mainConnection is null)
        {
            Task<(ConnectionMultiplexer Main, ConnectionMultiplexer Puts)> connection;
            lock (gate)
            {
                // A faulted attempt, such as one that got no token, is repeated.
                connection = connecting = connecting is { IsFaulted: false } current ? current : ConnectAsync();
            }

            var connected = await connection;
            (putConnection, mainConnection) = (connected.Puts, connected.Main);
        }

        // A node with another number of buckets would look for a user under other keys.
        await Database.StringSetAsync(BucketsKey, options.Value.Buckets, when: When.NotExists);
        var buckets = (int)await Database.StringGetAsync(BucketsKey);
        if (buckets != options.Value.Buckets)
        {
            throw new BucketsMismatchException(options.Value.Buckets, buckets);
        }

        await storeId.ReadAsync(Database);
        isReady = true;
    }

    private async Task<(ConnectionMultiplexer Main, ConnectionMultiplexer Puts)> ConnectAsync()
    {
        var configuration = RedisConfiguration.Of(options.Value);
        if (tokens is not null)
        {
            await tokens.AcquireAsync();
            configuration.Defaults = tokens;

            // Subscriptions are not used. Their connection would not get renewed tokens, so it is not opened.
            configuration.CommandMap = CommandMap.Create(["SUBSCRIBE"], available: false);
        }

        var main = await ConnectAsync(configuration);
        var puts = options.Value.RedisReplicas > 0 ? await ConnectAsync(configuration) : main;
        if (!main.IsConnected)
        {
            logger.RedisNotConnected();
        }

        return (main, puts);
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(configuration);
        _ = tokens?.RenewUntilStoppedAsync(connection);
        connection.ConnectionFailed += (_, failed) =>
        {
            Interlocked.Increment(ref brokenConnections);
            logger.RedisConnectionLost(failed.FailureType);
        };
        connection.ConnectionRestored += (_, _) =>
        {
            // The address may now lead to another Redis, so the number of buckets is checked again.
            isReady = false;
            logger.RedisConnectionRestored();
        };
        return connection;
    }
}
