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
    TopicReader topic,
    CometCounters counters,
    ConnectionPlaces places)
{
    public Lanes Lanes => lanes;

    public Registrar Registrar => registrar;

    /// <summary>How long a client has to send its token.</summary>
    public TimeSpan HandshakeTimeout { get; } = options.Value.HandshakeTimeout;

    /// <summary>Makes the connection of a client.</summary>
    public Connection NewConnection(Outlet outlet, bool isWebSocket) => new(outlet, isWebSocket, lanes.Limits, counters);

    /// <summary>Counts a connection. False if it is one too many.</summary>
    public bool TryEnter() => places.TryEnter();

    /// <summary>Counts the end of a connection.</summary>
    public void Leave(DisconnectCause cause) => counters.Closed(cause);

    /// <summary>Why no client can be registered now. Null if one can.</summary>
    public Farewell? Refusal() => registrar.IsStopping ? Farewell.Stopping
        : registrar.IsReady && topic.IsReady ? null
        : Farewell.NotReady;
}
