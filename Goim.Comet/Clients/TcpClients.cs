using System.Buffers;
using System.IO.Pipelines;
using Goim.Comet.Delivery;
using Goim.Comet.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Goim.Comet.Clients;

/// <summary>Clients over TCP, with or without TLS: packets that follow each other.</summary>
/// <param name="context">What all clients share.</param>
internal sealed class TcpClients(ClientContext context) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var client = new Client(context.NewConnection(OutletOf(connection), isWebSocket: false), context);
        client.Begin(context.TryEnter());
        try
        {
            await AnswerAllAsync(connection.Transport.Input, client);
        }
        catch (IOException)
        {
            // The connection is broken.
        }
        catch (OperationCanceledException)
        {
            // The connection was aborted.
        }
        finally
        {
            await client.EndAsync(DisconnectCause.Client);
        }
    }

    private static Outlet OutletOf(ConnectionContext connection)
    {
        var hasTls = connection.Features.Get<ISslStreamFeature>() is not null;
        return !hasTls && connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket
            ? new SocketOutlet(socket, connection)
            : new StreamOutlet(
                connection.Transport.Output.AsStream(leaveOpen: true),
                connection.Features,
                connection.Transport.Input.CancelPendingRead,
                connection.Abort);
    }

    private static async Task AnswerAllAsync(PipeReader input, Client client)
    {
        var unread = 0L;
        while (true)
        {
            var read = await input.ReadAsync();
            var buffer = read.Buffer;
            client.Received(buffer.Length - unread);
            while (!client.IsClosing && TryTakePacket(ref buffer, client, out var header, out var body))
            {
                await client.AnswerAsync(header, body, isLast: !HasPacket(buffer, out var next) || next.Op is Op.Auth or Op.ChangeRoom);
            }

            // What a client sends after op 6 is read and thrown away, so that the end of the connection does not overtake op 6.
            var isClosing = client.IsClosing;
            unread = isClosing ? 0 : buffer.Length;
            input.AdvanceTo(isClosing ? buffer.End : buffer.Start, buffer.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                return;
            }
        }
    }

    // False if the packet is not complete yet, or is refused.
    private static bool TryTakePacket(
        ref ReadOnlySequence<byte> buffer, Client client, out PacketHeader header, out ReadOnlySequence<byte> body)
    {
        body = default;
        if (!HasPacket(buffer, out header))
        {
            return false;
        }

        if (header.Problem is { } problem)
        {
            client.Refuse(problem);
            return false;
        }

        body = buffer.Slice(PacketHeader.Size, header.BodyLength);
        buffer = buffer.Slice(body.End);
        return true;
    }

    // Of a packet that is refused the header is enough.
    private static bool HasPacket(ReadOnlySequence<byte> buffer, out PacketHeader header) => TryReadHeader(buffer, out header)
        && (header.Problem is not null || buffer.Length >= PacketHeader.Size + header.BodyLength);

    private static bool TryReadHeader(ReadOnlySequence<byte> buffer, out PacketHeader header)
    {
        Span<byte> bytes = stackalloc byte[PacketHeader.Size];
        if (buffer.Length < bytes.Length)
        {
            header = default;
            return false;
        }

        buffer.Slice(0, bytes.Length).CopyTo(bytes);
        header = PacketHeader.Read(bytes);
        return true;
    }
}
