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
    IOptions<CometOptions> options, Lanes lanes, Registrar registrar, Disconnects disconnects, RegistrationState state)
    : IHostedLifecycleService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ShortestSending = TimeSpan.FromMilliseconds(200), LongestSending = TimeSpan.FromSeconds(5);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.BeginStop();
        await CloseAsync(await lanes.ListAsync(), options.Value.DrainTime, cancellationToken);

        // Those that were connected meanwhile.
        await CloseAsync(await lanes.ListAsync(), TimeSpan.Zero, cancellationToken);
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

    private async Task CloseAsync(List<Registered> connections, TimeSpan time, CancellationToken cancellationToken)
    {
        var begun = Environment.TickCount64;
        var removals = new List<Task>(connections.Count);
        for (var closed = 0; closed < connections.Count; closed++)
        {
            while (!cancellationToken.IsCancellationRequested
                && Environment.TickCount64 - begun < time.TotalMilliseconds * closed / connections.Count)
            {
                await Task.Delay(Tick, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (!connections[closed].Connection.Outbox.IsClosing)
            {
                removals.Add(CloseAsync(connections[closed].Connection));
            }
        }

        await Task.WhenAll(removals);
    }

    // Its session is deleted at once: the client may take a while to close the connection.
    private async Task CloseAsync(Connection connection)
    {
        connection.Close(Farewell.Stopping);
        await registrar.RemoveAsync(connection);
    }
}
