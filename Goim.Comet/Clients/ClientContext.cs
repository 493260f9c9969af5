using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Registration;
using Goim.Comet.Settings;
using Goim.Comet.Topic;
using Goim.Comet.Wire;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Clients;

/// <summary>What all clients of a comet share.</summary>
internal sealed class ClientContext(
    IOptions<CometOptions> options,
    Lanes lanes,
    Registrar registrar,
    ClientRooms rooms,
    TopicReader topic,
    Handshakes handshakes,
    CometCounters counters,
    ConnectionPlaces places)
{
    private static readonly TimeSpan ReadyPeriod = TimeSpan.FromMilliseconds(20);

    public Lanes Lanes => lanes;

    public Registrar Registrar => registrar;

    /// <summary>Changes the rooms of clients.</summary>
    public ClientRooms Rooms => rooms;

    public Handshakes Handshakes => handshakes;

    /// <summary>How long a client has to send its token.</summary>
    public TimeSpan HandshakeTimeout { get; } = options.Value.HandshakeTimeout;

    /// <summary>Makes the connection of a client.</summary>
    public Connection NewConnection(Outlet outlet, bool isWebSocket) => new(outlet, isWebSocket, lanes.Limits, counters);

    /// <summary>Counts a connection. False if it is one too many.</summary>
    public bool TryEnter() => places.TryEnter();

    /// <summary>Counts a client that was not registered.</summary>
    public void ConnectFailed(DisconnectCause cause) => counters.ConnectFailed(cause);

    /// <summary>Counts the end of a connection.</summary>
    public void Leave(DisconnectCause cause) => counters.Closed(cause);

    /// <summary>Why no client can be registered now. Null if one can.</summary>
    public Farewell? Refusal() => registrar.IsStopping ? Farewell.Stopping
        : registrar.IsReady && topic.IsReady ? null
        : Farewell.NotReady;

    /// <summary>Waits until clients can be registered, but not for longer than <paramref name="longest"/>.</summary>
    public async Task ReadyAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        var begin = Environment.TickCount64;
        while (Refusal() is not null && Environment.TickCount64 - begin < longest.TotalMilliseconds)
        {
            await Task.Delay(ReadyPeriod, cancellationToken);
        }
    }
}
