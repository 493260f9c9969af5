using System.Diagnostics.Metrics;
using Goim.Router.Leases;
using Goim.Router.Redis;
using Goim.Router.Telemetry;

namespace Goim.Router;

/// <summary>
/// The sessions, users and leases of the store, as they are when somebody collects them. The three are read together, and at most once a
/// second. No measurement where the store does not answer in time.
/// </summary>
internal sealed class StoreGauges
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1), MaxWait = TimeSpan.FromSeconds(1);

    private readonly ISessions sessions;
    private readonly ILeases leases;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private Task<(StoreCount Count, int Leases)?>? reading;
    private long readAt;

    public StoreGauges(RouterMetrics metrics, ISessions sessions, ILeases leases, TimeProvider time)
    {
        (this.sessions, this.leases, this.time) = (sessions, leases, time);
        metrics.Meter.CreateObservableUpDownCounter(
            "goim.router.sessions", () => Measure(static (count, _) => count.Sessions), "{session}", "Sessions in the store.");
        metrics.Meter.CreateObservableUpDownCounter(
            "goim.router.users", () => Measure(static (count, _) => count.Users), "{user}", "Users with a session.");
        metrics.Meter.CreateObservableUpDownCounter(
            "goim.router.leases", () => Measure(static (_, leases) => leases), "{lease}", "Comet servers with a lease.");
    }

    private IEnumerable<Measurement<long>> Measure(Func<StoreCount, int, long> value) =>
        Read() is var (count, leased) ? [new Measurement<long>(value(count, leased))] : [];

    // Waits for the store, since the exporter calls on a thread of its own. A value of the last time would be a minute old.
    private (StoreCount Count, int Leases)? Read()
    {
        Task<(StoreCount, int)?> current;
        TimeSpan left;
        lock (gate)
        {
            if (reading is null || (reading.IsCompleted && time.GetElapsedTime(readAt) >= MaxAge))
            {
                readAt = time.GetTimestamp();
                reading = Task.Run(ReadAsync);
            }

            current = reading;
            left = MaxWait - time.GetElapsedTime(readAt);
        }

        return current.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero) ? current.Result : null;
    }

    private async Task<(StoreCount Count, int Leases)?> ReadAsync()
    {
        try
        {
            await sessions.ReadyAsync();
            return (await sessions.StoreCountAsync(), await leases.CountAsync());
        }
        catch (Exception failed) when (RedisFaults.Of(failed) is not null)
        {
            return null;
        }
    }
}
