using Goim.Protocol;
using Goim.Router.Epochs;
using Goim.Router.Redis;
using Microsoft.Extensions.Options;

namespace Goim.Router.Leases;

/// <summary>
/// Deletes the sessions of comet servers whose lease has expired. Checks every tenth of a lease, but at most ten times a second.
/// </summary>
internal sealed class LeaseExpiry(
    ILeases leases,
    IEpochs epochs,
    ISessions sessions,
    IOptions<RouterNodeOptions> options,
    TimeProvider time,
    ILogger<LeaseExpiry> logger)
    : BackgroundService
{
    private static readonly TimeSpan MinPeriod = TimeSpan.FromMilliseconds(100);

    // False before the first check and after a check that failed because of the store.
    private bool isStoreAvailable;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var period = options.Value.ServerLease / 10;
        using var timer = new PeriodicTimer(period > MinPeriod ? period : MinPeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ExpireAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node is stopping. A claimed lease that it has not removed can be claimed again.
        }
    }

    /// <summary>Checks all leases once.</summary>
    internal async Task ExpireAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sessions.ReadyAsync();
            if (!isStoreAvailable)
            {
                await leases.RenewAllAsync();
                isStoreAvailable = true;
            }

            var counts = new Dictionary<int, int>(SeededIntComparer.Instance);
            await sessions.AddServerCountsAsync(counts, cancellationToken);
            if (counts.Count > 0)
            {
                await leases.GrantAsync(counts.Keys);
            }

            while (await leases.ClaimExpiredAsync() is { } lease)
            {
                await epochs.ForgetAsync(lease.Server);

                // Every put renews the lease. So a session that was created in the second half of the expired lease, or later, shows that
                // the server has come back. Such sessions are not deleted.
                var age = TimeSpan.FromMilliseconds(lease.AgeMs) + (options.Value.ServerLease / 2);
                await DelServerAsync(lease.Server, age, cancellationToken);
                await leases.RemoveAsync(lease);
                logger.ServerLeaseExpired(lease.Server, counts.GetValueOrDefault(lease.Server));
            }
        }
        catch (Exception failed) when (RedisFaults.Of(failed) is not null)
        {
            isStoreAvailable = false;
            logger.LeaseCheckFailed(failed);
        }
        catch (Exception unexpected) when (!cancellationToken.IsCancellationRequested)
        {
            // Not the end of the node.
            logger.LeaseCheckFailedUnexpectedly(unexpected);
        }
    }

    private async Task DelServerAsync(int server, TimeSpan age, CancellationToken cancellationToken)
    {
        try
        {
            await sessions.DelServerAsync(server, age, () => ValueTask.CompletedTask, cancellationToken);
        }
        catch (TooFewReplicasException)
        {
            // All is deleted. If a failover undoes it, the sessions that are back get a new lease, which expires.
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Warning,
        Message = "Comet server {Server} has not renewed its lease: deleted its {Sessions} sessions.")]
    public static partial void ServerLeaseExpired(this ILogger logger, int server, int sessions);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "The leases of comet servers could not be checked.")]
    public static partial void LeaseCheckFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "The leases of comet servers could not be checked.")]
    public static partial void LeaseCheckFailedUnexpectedly(this ILogger logger, Exception exception);
}
