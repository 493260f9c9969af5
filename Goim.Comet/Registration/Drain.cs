using Goim.Comet.Delivery;
using Goim.Comet.Settings;
using Goim.Comet.Wire;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Registration;

/// <summary>
/// A stop, before anything else stops: new clients are refused, the connections are closed spread over the drain time, and their sessions
/// are deleted. There is no <c>server/del</c>, since a successor may have the id already.
/// </summary>
internal sealed class Drain(
    IOptions<CometOptions> options, Lanes lanes, SpreadClose closing, Disconnects disconnects, RegistrationState state)
    : IHostedLifecycleService
{
    private static readonly TimeSpan ShortestSending = TimeSpan.FromMilliseconds(200), LongestSending = TimeSpan.FromSeconds(5);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.BeginStop();
        await closing.CloseAsync(await lanes.ListAsync(), Farewell.Stopping, options.Value.DrainTime, cancellationToken);

        // Those that were connected meanwhile.
        await closing.CloseAsync(await lanes.ListAsync(), Farewell.Stopping, TimeSpan.Zero, cancellationToken);
        var sending = options.Value.DrainTime / 4;
        sending = sending < ShortestSending ? ShortestSending : sending > LongestSending ? LongestSending : sending;
        await disconnects.SendAllAsync(sending, cancellationToken);
        state.End();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
