using System.Net;

namespace Goim.Router.Redis;

/// <summary>
/// The link to the master: opened on the first call, and left for another one when Sentinels name another master.
/// </summary>
internal sealed class RedisMaster : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly RouterNodeOptions options;
    private readonly RedisTokens? tokens;
    private readonly Action onChange;
    private readonly ILogger logger;
    private readonly Sentinels? sentinels;
    private Task<RedisLink>? connecting;
    private volatile RedisLink? link;
    private bool isReported;

    /// <param name="options">How to connect.</param>
    /// <param name="tokens">Signs in with tokens instead of a password; null for a password.</param>
    /// <param name="onChange">Called when the link is left, or its address may lead to another Redis.</param>
    /// <param name="logger">Takes what happens to the connections.</param>
    public RedisMaster(RouterNodeOptions options, RedisTokens? tokens, Action onChange, ILogger logger)
    {
        (this.options, this.tokens, this.onChange, this.logger) = (options, tokens, onChange, logger);
        sentinels = Sentinels.Of(options, () => _ = FollowAnnouncedAsync());
    }

    /// <summary>The link; null before the first call, and between two masters.</summary>
    public RedisLink? Link => link;

    /// <summary>Whether Sentinels have announced a failover that has not ended.</summary>
    public bool IsFailingOver => sentinels is { IsFailingOver: true };

    /// <summary>The link, which is opened if there is none. It may still be connecting.</summary>
    /// <exception cref="RedisMasterUnknownException">No Sentinel knows the master.</exception>
    public async Task<RedisLink> ConnectAsync()
    {
        if (link is { } current)
        {
            return current;
        }

        Task<RedisLink> attempt;
        lock (gate)
        {
            if (link is { } opened)
            {
                return opened;
            }

            attempt = connecting ??= OpenAsync();
        }

        return await attempt;
    }

    /// <summary>
    /// Leaves the master at once if Sentinels name another one. Commands under way fail, so none is answered by a master that was demoted.
    /// </summary>
    public async Task FollowSentinelsAsync()
    {
        if (sentinels is null
            || link is not { } current
            || Equals(await sentinels.MasterAsync(current.Address), current.Address)
            || Interlocked.CompareExchange(ref link, null, current) != current)
        {
            return;
        }

        onChange();
        sentinels.EndFailover();
        logger.RedisMasterReplaced();
        await current.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await (link?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (sentinels?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private async Task<RedisLink> OpenAsync()
    {
        await Task.Yield();
        try
        {
            var address = sentinels is null ? null : await sentinels.MasterAsync(null);
            var opened = await OpenAtAsync(address);

            // Another server may have become the master meanwhile.
            while (sentinels is not null && await sentinels.MasterAsync(address) is var named && !Equals(named, address))
            {
                address = named;
                await opened.DisposeAsync();
                opened = await OpenAtAsync(address);
            }

            ReportConnected(opened.IsConnected);
            return link = opened;
        }
        catch (RedisMasterUnknownException unknown)
        {
            ReportUnknown(unknown);
            throw;
        }
        finally
        {
            lock (gate)
            {
                connecting = null;
            }
        }
    }

    // At the master that Sentinels name, or at the addresses of the setting.
    private async Task<RedisLink> OpenAtAsync(EndPoint? address)
    {
        var configuration = RedisConfiguration.Of(options);
        if (address is not null)
        {
            RedisConfiguration.SetAddress(configuration, address);
        }

        if (tokens is not null)
        {
            await tokens.AcquireAsync();
            configuration.Defaults = tokens;
        }

        return await RedisLink.ConnectAsync(configuration, tokens, options.RedisReplicas, logger.RedisConnectionLost, Restored);
    }

    // Once, until a link is connected.
    private void ReportConnected(bool isConnected)
    {
        if (!isConnected && !isReported)
        {
            logger.RedisNotConnected();
        }

        isReported = !isConnected;
    }

    private void ReportUnknown(RedisMasterUnknownException unknown)
    {
        if (!isReported)
        {
            logger.RedisMasterUnknown(unknown.Message);
        }

        isReported = true;
    }

    private void Restored()
    {
        onChange();
        logger.RedisConnectionRestored();
    }

    private async Task FollowAnnouncedAsync()
    {
        try
        {
            await FollowSentinelsAsync();
            await ConnectAsync();
        }
        catch (Exception failed) when (RedisFaults.Of(failed) is not null)
        {
            // The next check follows.
        }
    }
}
