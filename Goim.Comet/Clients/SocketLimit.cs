using Goim.Comet.Counters;
using Goim.Comet.Wire;
using Microsoft.AspNetCore.Connections;

namespace Goim.Comet.Clients;

/// <summary>
/// Limits the sockets of clients: those with a place, and some more that are told that there is none. Further ones are closed without a
/// word, since each takes a file of the process.
/// </summary>
/// <param name="places">The number of places.</param>
/// <param name="counters">Counts those that are closed.</param>
internal sealed class SocketLimit(ConnectionPlaces places, CometCounters counters)
{
    private const int More = 100;
    private int open;

    /// <summary>Counts a connection until it has ended.</summary>
    /// <param name="next">Serves it.</param>
    public ConnectionDelegate Limit(ConnectionDelegate next) => async connection =>
    {
        try
        {
            if (Interlocked.Increment(ref open) <= places.Most + More)
            {
                await next(connection);
            }
            else
            {
                counters.ConnectFailed(DisconnectCause.Full);
                connection.Abort();
            }
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    };
}
