using Goim.Comet.Delivery;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Goim.Comet.Clients;

/// <summary>
/// Stands in for the upgrade of a WebSocket request: .NET's WebSocket gets a stream that reads from the client and writes to the outbox of
/// its connection. So its pongs and closes do not mix with messages.
/// </summary>
/// <param name="http">The request.</param>
/// <param name="upgrade">The upgrade of the server.</param>
/// <param name="context">What all clients share.</param>
internal sealed class UpgradedClient(HttpContext http, IHttpUpgradeFeature upgrade, ClientContext context) : IHttpUpgradeFeature
{
    /// <summary>The connection. Null before the upgrade.</summary>
    public Connection? Connection { get; private set; }

    /// <summary>Whether there is a place for the client. False before the upgrade.</summary>
    public bool HasPlace { get; private set; }

    public bool IsUpgradableRequest => upgrade.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync()
    {
        var stream = await upgrade.UpgradeAsync();
        HasPlace = context.TryEnter();
        Connection = context.NewConnection(OutletOf(stream), isWebSocket: true);
        return new ClientStream(stream, Connection);
    }

    // A client sends its first packet after it has the answer to its upgrade, so what is written to the socket comes after that answer.
    // A client without a place is written to before, by Kestrel itself.
    private Outlet OutletOf(Stream stream)
    {
        var tls = http.Features.Get<ISslStreamFeature>()?.SslStream;
        return HasPlace && tls is null && http.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket
            ? new SocketOutlet(socket, http.Abort)
            : new StreamOutlet(stream, tls, http.Abort);
    }
}
