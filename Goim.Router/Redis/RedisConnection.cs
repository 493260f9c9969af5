using System.Diagnostics;
using Goim.Router.Telemetry;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>
/// The node's connection to Redis, Redis Cluster, or the master that Sentinels name. Connects on the first call, and reconnects within a
/// second after a connection breaks.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private const string Evaluate = "EVALSHA";

    /// <summary>How long a command is repeated while its slot moves.</summary>
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(1), RetryDelay = TimeSpan.FromMilliseconds(20);

    private readonly RedisMaster master;
    private readonly RedisStore store;
    private readonly RefusedPuts puts;
    private readonly HangDetection hang;
    private readonly OperationDuration duration;
    private volatile bool isReady;

    // Number of events after which a check must be made again.
    private int changes;

    public RedisConnection(
        IOptions<RouterNodeOptions> options, RedisTokens? tokens, ILogger<RedisConnection> logger, RouterMetrics? metrics = null)
    {
        puts = new RefusedPuts(logger);
        store = new RedisStore(options.Value.Buckets);
        hang = new HangDetection(PingAsync);
        duration = new OperationDuration(metrics);
        master = new RedisMaster(options.Value, tokens, BecomeUnready, logger);
    }

    /// <summary>The id of the data in Redis when it was last read. Empty before the first call.</summary>
    public string StoreId => store.Id;

    /// <summary>Why Redis takes no puts at the moment: <c>full</c> or <c>replicas</c>. Null if it does.</summary>
    public string? PutsRefused => puts.Reason;

    private RedisLink Link => master.Link ?? throw new RedisFailoverException("The node connects to another master.");

    /// <summary>Completes when Redis can take commands. Await it before any command.</summary>
    /// <exception cref="RedisException">Redis does not answer.</exception>
    /// <exception cref="StoreMismatchException">The data in Redis is of another model or number of buckets.</exception>
    /// <exception cref="RedisFailoverException">Redis has no master, or two.</exception>
    /// <exception cref="RedisTimeoutException">A command has timed out, and Redis has answered nothing since.</exception>
    public ValueTask ReadyAsync() => hang.IsHanging
        ? throw new RedisTimeoutException(CommandFlags.None, "Redis hangs.", CommandStatus.WaitingToBeSent)
        : isReady ? ValueTask.CompletedTask : new ValueTask(CheckAsync());

    /// <summary>Runs a command that only reads.</summary>
    /// <param name="name">The command's name.</param>
    /// <param name="command">Sends it.</param>
    public Task<T> ReadAsync<T>(string name, Func<IDatabase, Task<T>> command) => RunAsync(name, null, () => command(Link.Reads));

    /// <summary>Runs a script that only reads.</summary>
    public Task<RedisResult> ReadAsync(RedisScript script, RedisKey[] keys, RedisValue[] values) =>
        RunAsync(Evaluate, script.Name, () => script.RunAsync(Link.Reads, keys, values));

    /// <summary>Runs a script that writes, and does not wait for replicas.</summary>
    public Task<RedisResult> WriteAsync(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        RequireNoFailover();
        return RunAsync(Evaluate, script.Name, () => script.RunAsync(Link.Writes, keys, values));
    }

    /// <summary>Begins a write that then waits for replicas (<see cref="WaitForReplicasAsync"/>).</summary>
    public RedisWrite BeginWrite()
    {
        RequireNoFailover();
        var current = Link;
        return new RedisWrite(current, current.BrokenConnections);
    }

    /// <summary>Runs a script of such a write.</summary>
    public Task<RedisResult> RunAsync(RedisWrite write, RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        RequireNoFailover();
        return RunAsync(Evaluate, script.Name, () => script.RunAsync(write.Link.Writes, keys, values));
    }

    /// <summary>Waits until <c>RouterNode__RedisReplicas</c> replicas have what the key's master had when it answered the write.</summary>
    /// <exception cref="TooFewReplicasException">Fewer confirmed it in time, or a connection broke since the write began.</exception>
    public Task WaitForReplicasAsync(RedisWrite write, RedisKey key) =>
        write.Link.WaitsForReplicas ? RunAsync("WAIT", () => write.Link.WaitForReplicasAsync(key, write.BrokenBefore)) : Task.CompletedTask;

    /// <summary>Reads the id of the data in Redis.</summary>
    public async Task<string> ReadStoreIdAsync()
    {
        await RunAsync("GET", () => store.CheckAsync(Link.Reads));
        return store.Id;
    }

    /// <summary>Reads the replication ids of Redis' masters.</summary>
    public Task<string> ReadReplicationIdsAsync() => RunAsync("INFO", null, () => ReplicationIds.ReadAsync(Link));

    /// <summary>Checks that Redis is still the master, has the same data and takes puts.</summary>
    public async Task WatchAsync()
    {
        await master.FollowSentinelsAsync();
        await CheckAsync();
        puts.Probed(await RunAsync("EVAL", "probe", () => WriteProbe.RefusalAsync(Link)));
    }

    public ValueTask DisposeAsync() => master.DisposeAsync();

    private void RequireNoFailover()
    {
        if (master.IsFailingOver)
        {
            throw new RedisFailoverException("The master of Redis is being replaced.");
        }
    }

    private void BecomeUnready()
    {
        Interlocked.Increment(ref changes);
        isReady = false;
    }

    // Once it was ready, only an answer that forbids all calls makes it unready: a server that does not answer may be one of many.
    private async Task CheckAsync()
    {
        var before = Volatile.Read(ref changes);
        try
        {
            var current = await master.ConnectAsync();
            await RunAsync("ROLE", () => RedisRoles.RequireOneMasterAsync(current));
            await RunAsync("GET", () => store.CheckAsync(current.Reads));
            isReady = before == Volatile.Read(ref changes);
        }
        catch (Exception failed) when (RedisFaults.ForbidsCalls(failed))
        {
            isReady = false;
            throw;
        }
    }

    private Task<bool> RunAsync(string name, Func<Task> command) => RunAsync(name, null, async () =>
    {
        await command();
        return true;
    });

    private async Task<T> RunAsync<T>(string name, string? script, Func<Task<T>> command)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var sent = Stopwatch.GetTimestamp();
            try
            {
                var result = await duration.MeasureAsync(name, script, command);
                hang.Answered();
                return result;
            }
            catch (RedisTimeoutException)
            {
                hang.TimedOut(sent);
                throw;
            }
            catch (RedisServerException failed)
            {
                hang.Answered();
                if (!RedisFaults.IsOfMovingSlot(failed) || Stopwatch.GetElapsedTime(began) > LongestRetry)
                {
                    puts.Refused(RedisFaults.PutsRefusedBy(failed));
                    throw;
                }
            }

            await Task.Delay(RetryDelay);
        }
    }

    private async Task<bool> PingAsync()
    {
        try
        {
            await Link.Reads.PingAsync();
            return true;
        }
        catch (Exception failed) when (failed is RedisException or TimeoutException or RedisFailoverException)
        {
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
