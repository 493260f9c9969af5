using Goim.Comet.Delivery;

namespace Goim.Comet.Registration;

/// <summary>
/// Disconnects keys for which records come and that no connection here has. Nobody else would, since a random server id is this process's
/// alone. A fixed id may be a successor's or a predecessor's, so then they are left alone.
/// </summary>
internal sealed class UnknownKeys(Lanes lanes, Disconnects disconnects, RecentKeys recent, RegistrationState state) : BackgroundService
{
    private const int MostInPeriod = 1_000;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await lanes.UnknownKeys.WaitToReadAsync(stoppingToken))
        {
            var left = MostInPeriod;
            while (left > 0 && lanes.UnknownKeys.TryRead(out var key))
            {
                if (!state.HasFixedId && key.Seq > 0 && recent.Add(key))
                {
                    disconnects.Add(key);
                    left--;
                }
            }

            await Task.Delay(Period, stoppingToken);
        }
    }
}
