using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Goim.Comet.Client;

/// <summary>The bytes to and from a comet. One reader and one writer may use it at the same time.</summary>
/// <remarks>Disposing it ends what is under way: on .NET Framework a cancellation token alone does not.</remarks>
internal abstract class Transport : IDisposable
{
    /// <param name="options">The server.</param>
    /// <param name="certificate">Checks its certificate.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static Task<Transport> ConnectAsync(
        GoimConnectionOptions options, CertificateCheck certificate, CancellationToken cancellationToken) =>
        options.Server.Scheme is "ws" or "wss"
            ? WebSocketTransport.ConnectAsync(options.Server, certificate, cancellationToken)
            : ConnectTcpAsync(options.Server, certificate, cancellationToken);

    /// <summary>Receives at least one byte. 0 at the end of the connection.</summary>
    public abstract Task<int> ReceiveAsync(ArraySegment<byte> buffer);

    /// <summary>Sends one whole packet.</summary>
    public abstract Task SendAsync(byte[] packet);

    public abstract void Dispose();

    private static async Task<Transport> ConnectTcpAsync(Uri server, CertificateCheck certificate, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var isOpen = false;
        try
        {
            using var ended = cancellationToken.Register(socket.Dispose);
            // Looking up the name of the host is not ended by disposing the socket.
            var connecting = socket.ConnectAsync(server.IdnHost, server.Port);
            _ = connecting.EndAsync();
            await connecting.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (server.Scheme == "tls")
            {
                var tls = new SslStream(stream, leaveInnerStreamOpen: false, certificate.IsTrusted);
                stream = tls;
                await tls.AuthenticateAsClientAsync(server.IdnHost, null, SslProtocols.None, checkCertificateRevocation: false)
                    .ConfigureAwait(false);
            }

            isOpen = true;
            return new StreamTransport(stream);
        }
        finally
        {
            if (!isOpen)
            {
                socket.Dispose();
            }
        }
    }

    private sealed class StreamTransport(Stream stream) : Transport
    {
        public override Task<int> ReceiveAsync(ArraySegment<byte> buffer) =>
            stream.ReadAsync(buffer.Array!, buffer.Offset, buffer.Count, CancellationToken.None);

        public override Task SendAsync(byte[] packet) => stream.WriteAsync(packet, 0, packet.Length, CancellationToken.None);

        public override void Dispose() => stream.Dispose();
    }
}
