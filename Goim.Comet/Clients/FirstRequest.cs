using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Goim.Comet.Clients;

/// <summary>
/// Takes a WebSocket handshake for <c>/sub</c> that is the first request on a connection without TLS, before Kestrel's HTTP does: an idle
/// WebSocket then has half the memory. All else is left to HTTP, with a handshake that is refused.
/// </summary>
/// <param name="context">What all clients share.</param>
/// <param name="origins">The origins whose pages may connect.</param>
internal sealed class FirstRequest(ClientContext context, Origins origins)
{
    private static readonly WebSocketCreationOptions Server = new() { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan };

    /// <summary>Serves a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="http">The HTTP server.</param>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate http)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            await http(connection);
            return;
        }

        try
        {
            if (await ReadHandshakeAsync(connection.Transport.Input) is { } answer)
            {
                await RunClientAsync(connection, socket, answer);
            }
            else
            {
                await http(connection);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // No request came in time, or the client has left.
        }
    }

    private async Task RunClientAsync(ConnectionContext connection, Socket socket, byte[] answer)
    {
        var outlet = new SocketOutlet(socket, connection);
        if (outlet.TrySend(answer) != answer.Length)
        {
            return;
        }

        var client = context.NewConnection(outlet, isWebSocket: true);
        var stream = new ClientStream(connection.Transport.Input.AsStream(), client, CancellationToken.None);
        using var webSocket = WebSocket.CreateFromStream(stream, Server);
        await WebSocketClients.RunAsync(webSocket, new Client(client, context), context.TryEnter());
    }

    // The answer to the handshake. Null for another request, of which nothing is taken.
    private async Task<byte[]?> ReadHandshakeAsync(PipeReader input)
    {
        using var limit = new CancellationTokenSource(context.HandshakeTimeout);
        while (true)
        {
            var read = await input.ReadAsync(limit.Token);
            var head = Read(read.Buffer, out var isComplete);
            if (head is not null)
            {
                input.AdvanceTo(read.Buffer.GetPosition(head.Length));
                return head.Answer();
            }

            if (isComplete || read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start);
                return null;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    // Null for a head that is not complete, or that is left to HTTP: then it counts as complete.
    private HandshakeHead? Read(ReadOnlySequence<byte> buffer, out bool isComplete)
    {
        var bytes = buffer.IsSingleSegment ? buffer.FirstSpan : buffer.Slice(0, Math.Min(buffer.Length, HandshakeHead.MaxLength)).ToArray();
        if (!HandshakeHead.MayBegin(bytes))
        {
            isComplete = true;
            return null;
        }

        var head = HandshakeHead.Read(bytes, out isComplete);
        return head is not null && origins.Problem(head.Origin, new HostString(head.Host).Host) is null ? head : null;
    }
}
