using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Goim.Comet.Client;

/// <summary>Opens the stream of bytes to a comet: TCP, TLS over TCP, or WebSocket.</summary>
internal static class Transport
{
    /// <summary>
    /// What is read is one packet after the other. Each write is one WebSocket message, so it must be one packet.
    /// </summary>
    /// <exception cref="InvalidDataException">There is no WebSocket. The message is a sentence for the user.</exception>
    public static Task<Stream> ConnectAsync(Uri server, CancellationToken cancellationToken) => server.Scheme switch
    {
        "ws" or "wss" => ConnectWebSocketAsync(server, cancellationToken),
        "tls" => ConnectTlsAsync(server, cancellationToken),
        _ => ConnectTcpAsync(server, cancellationToken),
    };

    private static async Task<Stream> ConnectTcpAsync(Uri server, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.IdnHost, server.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        finally
        {
            Close(socket, unless: socket.Connected);
        }
    }

    private static async Task<Stream> ConnectTlsAsync(Uri server, CancellationToken cancellationToken)
    {
        var tls = new SslStream(await ConnectTcpAsync(server, cancellationToken));
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = server.IdnHost }, cancellationToken);
            return tls;
        }
        finally
        {
            Close(tls, unless: tls.IsAuthenticated);
        }
    }

    private static async Task<Stream> ConnectWebSocketAsync(Uri server, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        // goim's heartbeats take their place.
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        if (server.IsLoopback)
        {
            socket.Options.Proxy = null;
        }

        try
        {
            await socket.ConnectAsync(server, cancellationToken);
            return WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true);
        }
        catch (WebSocketException) when (IsFinal(socket.HttpStatusCode))
        {
            throw new InvalidDataException(
                $"{server.OriginalString} answered with status {(int)socket.HttpStatusCode}: expected a comet's WebSocket, status 101.");
        }
        finally
        {
            Close(socket, unless: socket.State == WebSocketState.Open);
        }
    }

    // 0: no answer. 5xx: for example of a proxy whose comet is down.
    private static bool IsFinal(HttpStatusCode status) =>
        (int)status is > 0 and < 500 && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);

    private static void Close(IDisposable connection, bool unless)
    {
        if (!unless)
        {
            connection.Dispose();
        }
    }
}
