using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Goim.Benchmarks.Comet;

/// <summary>A client's connection over TLS. It is not the poller's, which knows sockets only.</summary>
/// <param name="server">Where it connects.</param>
/// <param name="number">Number of the connection, for its local address.</param>
/// <param name="turn">Locked while its callbacks run, so that the connections of one owner take turns, as those of a poller do.</param>
internal sealed class TlsConnection(ServerAddress server, long number, object turn) : IDisposable
{
    private const int BufferLength = 16 * 1024;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Lock sending = new();
    private SslStream? stream;
    private bool isClosed;

    /// <summary>Connects, and receives until the connection is lost or disposed of.</summary>
    /// <param name="request">What is sent first.</param>
    /// <param name="received">Takes what has arrived; empty at the end. May throw <see cref="IOException"/>.</param>
    /// <param name="lost">Is told why the connection was not made, or is lost.</param>
    public async Task RunAsync(byte[] request, Action<ReadOnlyMemory<byte>> received, Action<string> lost)
    {
        var buffer = new byte[BufferLength];
        try
        {
            await OpenAsync();
            Send(request);
            for (var open = true; open;)
            {
                var length = await stream!.ReadAsync(buffer);
                open = InTurn(() => received(buffer.AsMemory(0, length)));
            }
        }
        catch (Exception failure) when (IsLost(failure))
        {
            InTurn(() => lost(failure.Message));
        }
    }

    /// <summary>Sends a few bytes. If the connection is lost, receiving fails too.</summary>
    public void Send(byte[] bytes)
    {
        try
        {
            lock (sending)
            {
                stream?.Write(bytes);
            }
        }
        catch (Exception failure) when (IsLost(failure))
        {
            // RunAsync tells.
        }
    }

    public void Dispose()
    {
        lock (turn)
        {
            isClosed = true;
        }

        stream?.Dispose();
        socket.Dispose();
    }

    private static bool IsLost(Exception failure) =>
        failure is IOException or SocketException or AuthenticationException or ObjectDisposedException;

    private async Task OpenAsync()
    {
        if (server.SourceOf(number) is { } source)
        {
            socket.Bind(source);
        }

        await socket.ConnectAsync(server.EndPoint);
        var opened = new SslStream(new NetworkStream(socket));
        await opened.AuthenticateAsClientAsync(server.Url.Host);
        stream = opened;
    }

    // False if the connection is closed.
    private bool InTurn(Action callback)
    {
        lock (turn)
        {
            if (!isClosed)
            {
                callback();
            }

            return !isClosed;
        }
    }
}
