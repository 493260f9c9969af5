using System.Net.Sockets;
using Goim.Comet.Delivery;

namespace Goim.Comet.Clients;

/// <summary>
/// Writes to the socket of a connection without TLS. Kestrel's own way, a pipe and a task for each write, costs about twice as much.
/// Nothing else may be written to the connection.
/// </summary>
internal sealed class SocketOutlet : Outlet
{
    private readonly Socket socket;
    private readonly Action abort;

    /// <param name="socket">The connection's socket. Its synchronous calls do not block from now on.</param>
    /// <param name="abort">Ends the connection at once.</param>
    public SocketOutlet(Socket socket, Action abort)
    {
        this.socket = socket;
        this.abort = abort;
        socket.Blocking = false;
    }

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

    public override void Abort() => abort();
}
