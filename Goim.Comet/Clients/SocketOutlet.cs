using System.Net.Sockets;
using Goim.Comet.Delivery;
using Microsoft.AspNetCore.Connections;

namespace Goim.Comet.Clients;

/// <summary>
/// Writes to the socket of a connection without TLS. Kestrel's own way, a pipe and a task for each write, costs about twice as much.
/// Nothing else may be written to the connection.
/// </summary>
internal sealed class SocketOutlet : Outlet
{
    private readonly Socket socket;
    private readonly ConnectionContext connection;

    /// <param name="socket">The connection's socket. Its synchronous calls do not block from now on.</param>
    /// <param name="connection">The connection.</param>
    public SocketOutlet(Socket socket, ConnectionContext connection)
    {
        this.socket = socket;
        this.connection = connection;
        try
        {
            socket.Blocking = false;
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The client has left. The first write notices it.
        }
    }

    public override long Acknowledged => SocketInfo.Acknowledged(socket);

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var sent = socket.Send(bytes, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => sent,
                SocketError.WouldBlock => Math.Max(sent, 0),
                _ => -1,
            };
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            throw new IOException("The connection is broken.", broken);
        }
    }

    public override void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // The client has left.
        }
    }

    public override void EndReading() => connection.Transport.Input.CancelPendingRead();

    public override void Abort() => connection.Abort();
}
