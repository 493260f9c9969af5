using Goim.Router.Redis;
using Microsoft.Extensions.Options;

namespace Goim.Router.Leases;

/// <summary>Deletes the sessions of comet servers whose lease is over: looks ten times a lease, at most ten times a second.</summary>
internal sealed class LeaseExpiry(ILeases leases, ISessions sessions, IOptions<RouterNodeOptions> options, TimeProvider time, ILogger<LeaseExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(100);

    // False at the start, and after a look at the store that failed.
    private bool isReached;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var period = options.Value.ServerLease / 10;
        using var timer = new PeriodicTimer(period > ShortestPeriod ? period : ShortestPeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ExpireAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops; what it has begun another one ends, or this one after its start.
        }
    }

    /// <summary>Once.</summary>
    internal async Task ExpireAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sessions.ReadyAsync();
            if (!isReached)
            {
                await leases.ExtendAsync();
                isReached = true;
            }

            var withSessions = new Dictionary<int, int>();
            await sessions.AddServerCountsAsync(withSessions);
            if (withSessions.Count > 0)
            {
                await leases.GrantAsync(withSessions.Keys);
            }

            while (await leases.NextExpiredAsync() is { } lease)
            {
                // A put renews the lease, so what was put in the last half of it, or since, is of a server that has come back.
                await sessions.DelServerAsync(lease.Server, lease.EndUnixMs - (long)(options.Value.ServerLease / 2).TotalMilliseconds, cancellationToken);
                await leases.DoneAsync(lease);
                logger.ServerExpired(lease.Server, withSessions.GetValueOrDefault(lease.Server));
            }
        }
        catch (Exception failed) when (RedisFaults.StatusOf(failed) is not null)
        {
            isReached = false;
            logger.LeasesNotLookedAt(failed);
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Comet server {Server} has not renewed its lease: its {Sessions} sessions are deleted.")]
    public static partial void ServerExpired(this ILogger logger, int server, int sessions);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "Leases could not be looked at.")]
    public static partial void LeasesNotLookedAt(this ILogger logger, Exception exception);
}
