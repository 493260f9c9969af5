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
    /// <summary>How long the other Sentinels are waited for when one has answered: one that hangs must not hold up a failover.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200);

    /// <summary>Message after which the old master may lose what is written to it.</summary>
    private const string Begins = "+failover-state-send-slaveof-noone";

    /// <summary>Messages after which the master may be another one, or stays.</summary>
    private static readonly string[] Ends = ["+switch-master", "-failover-abort-no-good-slave", "-failover-abort-slave-timeout"];

    private readonly Lock gate = new();
    private readonly RouterNodeOptions options;
    private readonly string service;
    private readonly Action onChange;
    private Task<ConnectionMultiplexer[]>? connecting;
    private Master? known;
    private volatile bool isFailingOver;

    private Sentinels(RouterNodeOptions options, string service, Action onChange) =>
        (this.options, this.service, this.onChange) = (options, service, onChange);

    /// <summary>Whether a failover has begun whose end is not known.</summary>
    public bool IsFailingOver => isFailingOver;

    /// <summary>The Sentinels that the setting names; null if it names servers.</summary>
    /// <param name="options">The setting.</param>
    /// <param name="onChange">Called when the master may have become another one.</param>
    public static Sentinels? Of(RouterNodeOptions options, Action onChange) =>
        RedisConfiguration.Of(options).ServiceName is { Length: > 0 } service ? new Sentinels(options, service, onChange) : null;

    /// <summary>The node has left the old master: writes go on.</summary>
    public void EndFailover() => isFailingOver = false;

    /// <summary>
    /// The address of the master, as the Sentinel with the newest configuration says. Ends a failover that no Sentinel carries out any
    /// more.
    /// </summary>
    /// <param name="current">The address of the master that the node uses; null for none.</param>
    /// <exception cref="RedisMasterUnknownException">No Sentinel knows it.</exception>
    public async Task<EndPoint> MasterAsync(EndPoint? current)
    {
        Task<ConnectionMultiplexer[]> connection;
        lock (gate)
        {
            connection = connecting = connecting is { IsFaulted: false } attempt ? attempt : ConnectAsync();
        }

        var sentinels = await connection;
        var asked = Array.ConvertAll(sentinels, MasterAsync);
        await Task.WhenAny(asked);
        await Task.WhenAny(Task.WhenAll(asked), Task.Delay(LongestWait));
        if (!Array.Exists(asked, static each => each is { IsCompletedSuccessfully: true, Result: not null }))
        {
            await Task.WhenAll(asked);
        }

        var answers = asked.Where(each => each.IsCompletedSuccessfully).Select(each => each.Result).OfType<Master>().ToArray();
        lock (gate)
        {
            // Of equal configurations, the one that names another master knows more. An older configuration is that of a Sentinel which
            // the others cannot reach, unless all have been set up anew.
            var newest = answers.MaxBy(master => (master.Epoch, !master.Address.Equals(current)));
            if (newest is not null && (known is null || newest.Epoch >= known.Epoch || answers.Length == sentinels.Length))
            {
                known = newest;
            }

            if (known is null)
            {
                throw new RedisMasterUnknownException(service);
            }

            if (known.Address.Equals(current) && !Array.Exists(answers, static master => master.IsFailingOver))
            {
                isFailingOver = false;
            }

            return known.Address;
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
        catch (Exception failed) when (failed is RedisException or TimeoutException)
        {
            // The Sentinel is down. StackExchange.Redis subscribes when it is back. Until then the node asks for the master.
        }
    }

    private async Task<Master?> MasterAsync(ConnectionMultiplexer sentinel)
    {
        try
        {
            // The address of a replica that is being promoted is only in the second answer. It may be newer than the epoch, never older.
            var server = sentinel.GetServers()[0];
            var asked = server.SentinelMasterAsync(service);
            var address = await server.SentinelGetMasterAddressByNameAsync(service);
            var fields = (await asked).ToDictionary();
            return address is not null
                ? new Master(
                    address,
                    long.Parse(fields["config-epoch"], CultureInfo.InvariantCulture),
                    fields["flags"].Contains("failover_in_progress", StringComparison.Ordinal))
                : null;
        }
        catch (Exception failed) when (failed is RedisException or TimeoutException)
        {
            return null;
        }
    }

    // "slave name ip port @ name ip port"
    private void OnBegun(string? message)
    {
        if (message?.Split(' ') is [_, _, _, _, "@", var name, ..] && name == service)
        {
            isFailingOver = true;
        }
    }

    // "name old-ip old-port new-ip new-port" or "master name ip port"
    private void OnEnded(string? message)
    {
        if (message?.Split(' ') is [var switched, _, _, _, _] && switched == service
            || message?.Split(' ') is ["master", var aborted, _, _] && aborted == service)
        {
            onChange();
        }
    }

    private sealed record Master(EndPoint Address, long Epoch, bool IsFailingOver);
}
