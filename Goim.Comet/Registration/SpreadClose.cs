using Goim.Comet.Delivery;
using Goim.Comet.Wire;

namespace Goim.Comet.Registration;

/// <summary>Closes many connections, spread over a time, and deletes their sessions.</summary>
internal sealed class SpreadClose(Registrar registrar)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    /// <summary>Closes connections.</summary>
    /// <param name="connections">Those that are closing already are left out.</param>
    /// <param name="farewell">Why.</param>
    /// <param name="time">How long it takes.</param>
    /// <param name="cancellationToken">Closes all that are left at once.</param>
    public async Task CloseAsync(List<Registered> connections, Farewell farewell, TimeSpan time, CancellationToken cancellationToken)
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
                removals.Add(CloseAsync(connections[closed].Connection, farewell));
            }
        }

        await Task.WhenAll(removals);
    }

    // Its session is deleted at once: the client may take a while to close the connection.
    private async Task CloseAsync(Connection connection, Farewell farewell)
    {
        connection.Close(farewell);
        await registrar.RemoveAsync(connection);
    }
}
