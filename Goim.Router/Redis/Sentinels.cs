using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>
/// The Redis Sentinels of <c>serviceName=…</c> in <c>RouterNode__Redis</c>: they name the master, and announce a failover.
/// </summary>
/// <remarks>https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/: commands and messages.</remarks>
internal sealed class Sentinels : IAsyncDisposable
{
    /// <summary>Longest time that a failover holds up writes: Sentinel's messages about its end may get lost.</summary>
    private static readonly TimeSpan LongestFailover = TimeSpan.FromSeconds(10);

    /// <summary>Message after which the old master may lose what is written to it.</summary>
    private const string Begins = "+failover-state-send-slaveof-noone";

    /// <summary>Messages after which the master is known again.</summary>
    private static readonly string[] Ends = ["+switch-master", "-failover-abort-no-good-slave", "-failover-abort-slave-timeout"];

    private readonly Lock gate = new();
    private readonly RouterNodeOptions options;
    private readonly string service;
    private readonly Action onFailoverEnded;
    private Task<ConnectionMultiplexer[]>? connecting;
    private Master? known;
    private long failoverEnds;

    private Sentinels(RouterNodeOptions options, string service, Action onFailoverEnded) =>
        (this.options, this.service, this.onFailoverEnded) = (options, service, onFailoverEnded);

    /// <summary>Whether a failover has begun whose end is not known.</summary>
    public bool IsFailingOver => Environment.TickCount64 < Volatile.Read(ref failoverEnds);

    /// <summary>The Sentinels that the setting names; null if it names servers.</summary>
    /// <param name="options">The setting.</param>
    /// <param name="onFailoverEnded">Called when they announce the end of a failover. Writes go on after <see cref="EndFailover"/>.</param>
    public static Sentinels? Of(RouterNodeOptions options, Action onFailoverEnded) =>
        RedisConfiguration.Of(options).ServiceName is { Length: > 0 } service ? new Sentinels(options, service, onFailoverEnded) : null;

    /// <summary>The node has left the old master, or stays with it: writes go on.</summary>
    public void EndFailover() => Volatile.Write(ref failoverEnds, 0);

    /// <summary>The master, as the Sentinel with the newest configuration says.</summary>
    /// <exception cref="RedisFailoverException">No Sentinel knows it.</exception>
    public async Task<EndPoint> MasterAsync()
    {
        Task<ConnectionMultiplexer[]> connection;
        lock (gate)
        {
            connection = connecting = connecting is { IsFaulted: false } current ? current : ConnectAsync();
        }

        var sentinels = await connection;
        var answers = (await Task.WhenAll(sentinels.Select(MasterAsync))).OfType<Master>().ToArray();
        lock (gate)
        {
            // An older configuration is that of a Sentinel which the others cannot reach, unless all have been set up anew.
            var newest = answers.MaxBy(master => master.Epoch);
            if (newest is not null && (known is null || newest.Epoch >= known.Epoch || answers.Length == sentinels.Length))
            {
                known = newest;
            }

            return known?.Address
                ?? throw new RedisFailoverException("No Sentinel knows the master.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connecting is { IsCompletedSuccessfully: true } connected)
        {
            await Task.WhenAll((await connected).Select(sentinel => sentinel.DisposeAsync().AsTask()));
        }
    }

    private Task<ConnectionMultiplexer[]> ConnectAsync() =>
        Task.WhenAll(RedisConfiguration.Of(options).EndPoints.Select(ConnectAsync));

    // Subscribes at each: only the Sentinel that carries out a failover announces it at once.
    private async Task<ConnectionMultiplexer> ConnectAsync(EndPoint endPoint)
    {
        var sentinel = await ConnectionMultiplexer.ConnectAsync(RedisConfiguration.OfSentinel(options, endPoint));
        await SubscribeAsync(sentinel, Begins, OnBegun);
        foreach (var name in Ends)
        {
            await SubscribeAsync(sentinel, name, OnEnded);
        }

        return sentinel;
    }

    private static async Task SubscribeAsync(ConnectionMultiplexer sentinel, string name, Action<string?> handle)
    {
        try
        {
            await sentinel.GetSubscriber().SubscribeAsync(RedisChannel.Literal(name), (_, message) => handle(message));
        }
        catch (RedisConnectionException)
        {
            // The Sentinel is down. StackExchange.Redis subscribes when it is back.
        }
    }

    private async Task<Master?> MasterAsync(ConnectionMultiplexer sentinel)
    {
        try
        {
            var fields = (await sentinel.GetServers()[0].SentinelMasterAsync(service)).ToDictionary();
            var address = new EndPointCollection { { fields["ip"], int.Parse(fields["port"], CultureInfo.InvariantCulture) } };
            return new Master(address[0], long.Parse(fields["config-epoch"], CultureInfo.InvariantCulture));
        }
        catch (Exception failed) when (failed is RedisException or TimeoutException)
        {
            return null;
        }
    }

    private void OnBegun(string? message)
    {
        if (IsOurs(message))
        {
            Volatile.Write(ref failoverEnds, Environment.TickCount64 + (long)LongestFailover.TotalMilliseconds);
        }
    }

    private void OnEnded(string? message)
    {
        if (IsOurs(message))
        {
            onFailoverEnded();
        }
    }

    // "name old-ip old-port new-ip new-port", "master name ip port", or "slave name ip port @ name ip port".
    private bool IsOurs(string? message) => message is not null && message.Split(' ').Contains(service);

    private sealed record Master(EndPoint Address, long Epoch);
}
