using Goim.Comet.Delivery;
using Microsoft.AspNetCore.Http.Features;

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

        // Kestrel may not have written its answer to the upgrade yet, so nothing may be written to the socket.
        var reading = new CancellationTokenSource();
        Connection = context.NewConnection(new StreamOutlet(stream, http.Features, reading.Cancel, http.Abort), isWebSocket: true);
        return new ClientStream(stream, Connection, reading.Token);
    }
}
