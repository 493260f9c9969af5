using System.Net.WebSockets;

namespace Goim.Comet.Client;

/// <summary>The bytes to and from a comet over WebSocket. Each packet that is sent is one message.</summary>
internal sealed class WebSocketTransport : Transport
{
    private readonly ClientWebSocket socket;

    private WebSocketTransport(ClientWebSocket socket) => this.socket = socket;

    public static async Task<Transport> ConnectAsync(Uri server, CertificateCheck certificate, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        // goim's heartbeats take their place.
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        if (server.IsLoopback)
        {
            socket.Options.Proxy = null;
        }

#if NET
        socket.Options.RemoteCertificateValidationCallback = certificate.IsTrusted;
#else
        _ = certificate;
#endif
        try
        {
            await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            return new WebSocketTransport(socket);
        }
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
}
