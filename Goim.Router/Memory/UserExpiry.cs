using Microsoft.Extensions.Options;

namespace Goim.Router.Memory;

/// <summary>
/// Removes users that have had no session for <c>RouterNode__SessionExpiry</c>. Runs every tenth of that time, but at most once a second
/// and at least once a minute.
/// </summary>
/// <remarks>goim router/bucket.go cleaner.</remarks>
internal sealed class UserExpiry(MemorySessions sessions, IOptions<RouterNodeOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var period = TimeSpan.FromTicks(
            Math.Clamp(options.Value.SessionExpiry.Ticks / 10, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMinute));
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                sessions.Expire();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node is stopping.
        }
    }
}
