namespace Goim.Router.Redis;

/// <summary>Reads the id of the data in Redis once a second, so that a node without heartbeats notices that the data was lost.</summary>
internal sealed class StoreIdRefresh(RedisConnection redis, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RefreshAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node is stopping.
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            await redis.ReadyAsync();
            await redis.ReadStoreIdAsync();
        }
        catch (Exception failed) when (RedisFaultInterceptor.StatusOf(failed) is not null)
        {
            // Redis does not answer. The connection logs it.
        }
    }
}
