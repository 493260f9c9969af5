using System.Net.WebSockets;

namespace Goim.Comet.Client;

/// <summary>The bytes to and from a comet over WebSocket. Each packet that is sent is one message.</summary>
internal sealed class WebSocketTransport : Transport
{
    private readonly ClientWebSocket socket;

    private WebSocketTransport(ClientWebSocket socket) => this.socket = socket;

    public static new async Task<Transport> ConnectAsync(GoimConnectionOptions options, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        // goim's heartbeats take their place.
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        if (options.Server.IsLoopback)
        {
            socket.Options.Proxy = null;
        }

#if NET
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.RemoteCertificateValidationCallback = options.ServerCertificateCheck;
#endif
        try
        {
            await socket.ConnectAsync(options.Server, cancellationToken).ConfigureAwait(false);
            return new WebSocketTransport(socket);
        }
#if NET
        catch (WebSocketException) when (IsFinal((int)socket.HttpStatusCode))
        {
            var status = (int)socket.HttpStatusCode;
            throw new InvalidDataException(
                $"{options.Server.OriginalString} answered with status {status}: expected a comet's WebSocket, status 101.");
        }
#endif
        finally
        {
            if (socket.State != WebSocketState.Open)
            {
                socket.Dispose();
            }
        }
    }

    public override async Task<int> ReceiveAsync(ArraySegment<byte> buffer)
    {
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close || received.Count > 0)
            {
                return received.Count;
            }
        }
    }

    public override Task SendAsync(byte[] packet) =>
        socket.SendAsync(new ArraySegment<byte>(packet), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    public override void Dispose() => socket.Dispose();

#if NET
    // 0: no answer. 408 and 429 may change. 5xx: for example of a proxy whose comet is down.
    private static bool IsFinal(int status) => status is > 0 and < 500 and not (408 or 429);
#endif
}
