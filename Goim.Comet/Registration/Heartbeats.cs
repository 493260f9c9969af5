using System.Globalization;
using Goim.Comet.Counters;
using Goim.Comet.Delivery;

namespace Goim.Comet.Registration;

/// <summary>
/// Sends the comet server's heartbeats: they renew its lease, and tell the epochs of the router nodes. If an epoch has changed, a node has
/// forgotten sessions, and those of all connections are restored.
/// </summary>
internal sealed class Heartbeats(
    Lanes lanes,
    FacadeClient facade,
    Disconnects disconnects,
    RecentKeys recent,
    RegistrationState state,
    CometMetrics metrics,
    RestoredRooms rooms,
    ILogger<Heartbeats> logger) : BackgroundService
{
    /// <summary>Frees the server id, which is appended.</summary>
    public const string DelServerRoute = "/1/server/del?server=";

    private const string Route = "/1/heartbeat";
    private const int OfLease = 3;

    /// <summary>How long server/del is repeated from the first answer that not all nodes have confirmed it.</summary>
    private const int LongestDelServerMs = 10_000;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5), DelServerTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Without a lease; and the longest with one, since heartbeats also tell that a node has forgotten sessions.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10), LongestInterval = TimeSpan.FromSeconds(20);

    private readonly ReadOnlyMemory<byte> body = FacadeBodies.Heartbeat(state.ServerId);
    private Dictionary<string, string> epochs = [], target = [];
    private Restore? restore;
    private bool hasWarned;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.CometServer(state.ServerId);
        if (state.HasFixedId)
        {
            await DelServerAsync(stoppingToken);
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(await SendAsync(stoppingToken), stoppingToken);
        }
    }

    /// <summary>The epochs that are known after an answer.</summary>
    /// <param name="known">The epochs before it.</param>
    /// <param name="answered">The epochs in it.</param>
    /// <param name="isWhole">Whether all nodes have answered. Those that have not keep their epochs.</param>
    internal static Dictionary<string, string> After(
        Dictionary<string, string> known, Dictionary<string, string> answered, bool isWhole)
    {
        if (isWhole)
        {
            return answered;
        }

        var merged = new Dictionary<string, string>(known);
        foreach (var (node, epoch) in answered)
        {
            merged[node] = epoch;
        }

        return merged;
    }

    // With an id that it had before, the server may have left sessions. After the first client it would be too late: a repeat deletes that
    // client's session too.
    private async Task DelServerAsync(CancellationToken stoppingToken)
    {
        var route = string.Create(CultureInfo.InvariantCulture, $"{DelServerRoute}{state.ServerId}");
        long? failedAt = null;
        while (true)
        {
            var reply = await facade.PostAsync(
                route, default, FacadeJson.Default.FacadeAnswerServerDelData, DelServerTimeout, stoppingToken);
            if (reply.IsDone)
            {
                return;
            }

            // Done at the nodes that answer. Clients are not kept out for ever by a node that does not.
            if (reply.Outcome == CallOutcome.Failed)
            {
                failedAt ??= Environment.TickCount64;
                if (Environment.TickCount64 - failedAt >= LongestDelServerMs)
                {
                    logger.SessionsMayBeLeft(state.ServerId);
                    return;
                }
            }

            await Task.Delay(reply.DelayOf(RetryDelay), stoppingToken);
        }
    }

    // Returns the time until the next one.
    private async Task<TimeSpan> SendAsync(CancellationToken stoppingToken)
    {
        var reply = await facade.PostAsync(Route, body, FacadeJson.Default.FacadeAnswerHeartbeatData, CallTimeout, stoppingToken);
        state.HasFacade = reply.Data?.Epochs is { Count: > 0 };
        if (reply.Data is not { Epochs: { Count: > 0 } answered } data)
        {
            return reply.DelayOf(RetryDelay);
        }

        var now = After(epochs, answered, reply.IsDone);
        if (!state.IsReady)
        {
            epochs = now;
            state.IsReady = true;
        }
        else if (!await IsRestoredAsync(now, stoppingToken))
        {
            return RetryDelay;
        }

        if (!reply.IsDone)
        {
            return RetryDelay;
        }

        if (data.LeaseMs > 0)
        {
            return TimeSpan.FromMilliseconds(Math.Min((double)data.LeaseMs / OfLease, LongestInterval.TotalMilliseconds));
        }

        if (!hasWarned)
        {
            hasWarned = true;
            logger.NoLease();
        }

        return Interval;
    }

    private async Task<bool> IsRestoredAsync(Dictionary<string, string> now, CancellationToken stoppingToken)
    {
        if (AreSame(now, epochs))
        {
            restore = null;
            return true;
        }

        if (restore is null || !AreSame(now, target))
        {
            metrics.EpochsChanged();
            target = now;
            restore = new Restore(lanes, facade, disconnects, recent, state, rooms, logger);
        }

        if (!await restore.StepAsync(stoppingToken))
        {
            return false;
        }

        epochs = now;
        restore = null;
        logger.Restored();
        return true;
    }

    private static bool AreSame(Dictionary<string, string> some, Dictionary<string, string> others)
    {
        if (some.Count != others.Count)
        {
            return false;
        }

        foreach (var (node, epoch) in some)
        {
            if (!others.TryGetValue(node, out var other) || other != epoch)
            {
                return false;
            }
        }

        return true;
    }
}
