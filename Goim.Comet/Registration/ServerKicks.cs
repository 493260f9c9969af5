using Goim.Comet.Delivery;
using Goim.Comet.Settings;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Registration;

/// <summary>
/// Kicks of all connections of this comet server: they are closed spread over the drain time, as by a stop. Clients that come back
/// meanwhile are not concerned, unless a further kick comes.
/// </summary>
internal sealed class ServerKicks(Lanes lanes, SpreadClose closing, IOptions<CometOptions> options) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (farewell, upTo) in lanes.Kicks.ReadAllAsync(stoppingToken))
        {
            await closing.CloseAsync(await lanes.ListAsync(toTicket: upTo), farewell, options.Value.DrainTime, stoppingToken);

            // Those whose connects were under way when the record was read.
            while (lanes.Tickets.OldestOpen <= upTo)
            {
                await Task.Delay(Tick, stoppingToken);
            }

            await closing.CloseAsync(await lanes.ListAsync(toTicket: upTo), farewell, TimeSpan.Zero, stoppingToken);
        }
    }
}
