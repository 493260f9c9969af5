using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>The node's connections to Redis or Redis Cluster: made when the first call comes, and made again within a second when they break.</summary>
internal sealed class RedisConnection(IOptions<RouterNodeOptions> options, RedisTokens? tokens, ILogger<RedisConnection> logger) : IAsyncDisposable
{
    private const string BucketsKey = "goim:buckets";
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly ReplicaWaits replicas = new(options.Value.RedisReplicas);
    private Task<(ConnectionMultiplexer Reads, ConnectionMultiplexer Puts)>? connecting;
    private volatile ConnectionMultiplexer? redis;
    private volatile ConnectionMultiplexer? puts;
    private volatile bool isSuspect;
    private volatile bool isChecked;
    private int losses;

    public IDatabase Database => redis!.GetDatabase();

    /// <summary>To be awaited before anything is asked of Redis.</summary>
    /// <exception cref="RedisConnectionException">It does not answer.</exception>
    /// <exception cref="BucketsMismatchException">Its sessions are spread over another number of buckets.</exception>
    /// <exception cref="RedisTimeoutException">It has not answered in time, and since then not at all.</exception>
    public ValueTask ReadyAsync() => isSuspect ? throw new RedisTimeoutException(CommandFlags.None, "Redis hangs.", CommandStatus.WaitingToBeSent)
        : isChecked ? ValueTask.CompletedTask
        : new ValueTask(CheckAsync());

    /// <summary>A call was not answered in time: until Redis answers a PING, others need not wait for that to be found again.</summary>
    public void Suspect()
    {
        if (!Interlocked.Exchange(ref isSuspect, true))
        {
            _ = ProbeAsync();
        }
    }

    /// <summary>Runs one of <see cref="SessionScripts"/>.</summary>
    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values) => RunAsync(Database, script, keys, values);

    /// <summary>As <see cref="RunAsync(string, RedisKey[], RedisValue[])"/>, for a put: on the connection that replicas are then waited for on, which holds up nobody who reads.</summary>
    public Task<RedisResult> RunPutAsync(string script, RedisKey[] keys, RedisValue[] values) => RunAsync(puts!.GetDatabase(), script, keys, values);

    /// <summary>Connections that broke.</summary>
    public int Losses => Volatile.Read(ref losses);

    /// <summary>Waits until as many replicas have what was written to a key before as <c>RouterNode__RedisReplicas</c> says.</summary>
    /// <param name="key">The key.</param>
    /// <param name="losses"><see cref="Losses"/> before the write: WAIT is about the connection that wrote.</param>
    public async Task ReplicatedAsync(RedisKey key, int losses)
    {
        await replicas.WaitAsync(puts!, key);
        if (options.Value.RedisReplicas > 0 && losses != Losses)
        {
            throw new TooFewReplicasException(0, options.Value.RedisReplicas);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (redis?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (puts?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static async Task<RedisResult> RunAsync(IDatabase database, string script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script, keys, values);
        }
        catch (RedisServerException unknown) when (unknown.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // A server that was restarted, or has become the master: it gets the script now.
            return await database.ScriptEvaluateAsync(script, keys, values);
        }
    }

    private async Task ProbeAsync()
    {
        using var timer = new PeriodicTimer(Retry);
        while (await timer.WaitForNextTickAsync())
        {
            try
            {
                await Database.PingAsync();
                isSuspect = false;
                return;
            }
            catch (Exception failed) when (failed is RedisException or TimeoutException)
            {
                // Not yet.
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task CheckAsync()
    {
        if (redis is null)
        {
            Task<(ConnectionMultiplexer Reads, ConnectionMultiplexer Puts)> making;
            lock (gate)
            {
                // One that failed, for want of a token, is tried again.
                making = connecting = connecting is { IsFaulted: false } begun ? begun : ConnectAsync();
            }

            var made = await making;
            (puts, redis) = (made.Puts, made.Reads);
        }

        // Two numbers of buckets would be two places for each user.
        await Database.StringSetAsync(BucketsKey, options.Value.Buckets, when: When.NotExists);
        var buckets = (int)await Database.StringGetAsync(BucketsKey);
        if (buckets != options.Value.Buckets)
        {
            throw new BucketsMismatchException(options.Value.Buckets, buckets);
        }

        isChecked = true;
    }

    private async Task<(ConnectionMultiplexer Reads, ConnectionMultiplexer Puts)> ConnectAsync()
    {
        var configuration = Configuration(options.Value);
        if (tokens is not null)
        {
            await tokens.StartAsync();
            configuration.Defaults = tokens;

            // Of a connection for subscriptions, which nothing here needs, no token would be renewed.
            configuration.CommandMap = CommandMap.Create(["SUBSCRIBE"], available: false);
        }

        var reads = await ConnectAsync(configuration);
        var writes = options.Value.RedisReplicas > 0 ? await ConnectAsync(configuration) : reads;
        if (!reads.IsConnected)
        {
            logger.RedisNotReached();
        }

        return (reads, writes);
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration)
    {
        var made = await ConnectionMultiplexer.ConnectAsync(configuration);
        _ = tokens?.KeepAsync(made);
        made.ConnectionFailed += (_, failed) =>
        {
            Interlocked.Increment(ref losses);
            logger.RedisLost(failed.FailureType);
        };
        made.ConnectionRestored += (_, _) =>
        {
            // What answers now may be another Redis.
            isChecked = false;
            logger.RedisRestored();
        };
        return made;
    }

    /// <summary>What <c>RouterNode__Redis</c> says, but that calls fail at once while Redis is down, and find it within a second when it is back.</summary>
    internal static ConfigurationOptions Configuration(RouterNodeOptions options)
    {
        var configuration = ConfigurationOptions.Parse(options.Redis!);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ReconnectRetryPolicy = new LinearRetry((int)Retry.TotalMilliseconds);
        configuration.HeartbeatInterval = Retry;
        if (options.RedisCaFile is { } file)
        {
            configuration.TrustIssuer(file);
        }

        configuration.ClientName ??= "goim-router";
        if (!options.Redis!.Contains("Timeout", StringComparison.OrdinalIgnoreCase))
        {
            configuration.ConnectTimeout = 1_000;
            configuration.AsyncTimeout = 1_000;
        }

        return configuration;
    }
}

/// <summary>The sessions in Redis are spread over another number of buckets than this node's.</summary>
internal sealed class BucketsMismatchException(int ours, int theirs)
    : Exception($"RouterNode__Buckets is {ours}: expected {theirs}, as the sessions in Redis are spread.");
