namespace Goim.Router.Redis;

/// <summary>
/// Asks Redis twice a second whether it is still the same data, has one master and takes puts, and asks Sentinels which master it is. So
/// the node notices a change although nobody calls it.
/// </summary>
internal sealed class RedisWatch(RedisConnection redis, TimeProvider time, ILogger<RedisWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WatchAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node is stopping.
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            await redis.WatchAsync();
        }
        catch (Exception failed) when (RedisFaults.Of(failed) is not null)
        {
            // Calls fail for the same reason, or the connection has logged it.
        }
        catch (Exception unexpected)
        {
            // Not the end of the node.
            logger.RedisNotChecked(unexpected);
        }
    }
}
