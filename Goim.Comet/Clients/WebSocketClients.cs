using System.Buffers;
using System.Net.WebSockets;
using Goim.Comet.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Goim.Comet.Clients;

/// <summary>
/// Clients over WebSocket: a message of a client is one packet. .NET's WebSocket reads; what is sent is encoded once for all receivers.
/// </summary>
/// <param name="context">What all clients share.</param>
/// <param name="origins">The origins whose pages may connect.</param>
internal sealed class WebSocketClients(ClientContext context, Origins origins)
{
    private const int MaxPacket = PacketHeader.Size + PacketHeader.MaxToken;

    /// <summary>Bytes behind a packet's place, for what follows it in its message. Nobody reads them.</summary>
    private const int Ignored = 4_096;

    /// <summary>Answers a request for <c>/sub</c>, and returns when the client has left.</summary>
    public async Task RunAsync(HttpContext http)
    {
        if (origins.Problem(http.Request) is { } problem)
        {
            await RefuseAsync(http, StatusCodes.Status403Forbidden, problem);
            return;
        }

        if (!http.WebSockets.IsWebSocketRequest || http.Features.Get<IHttpUpgradeFeature>() is not UpgradedClient upgraded)
        {
            http.Response.Headers.Upgrade = "websocket";
            http.Response.Headers.SecWebSocketVersion = "13";
            await RefuseAsync(http, StatusCodes.Status426UpgradeRequired, "/sub takes WebSocket requests over HTTP/1.1: expected one.");
            return;
        }

        using var socket = await AcceptAsync(http);
        if (socket is null)
        {
            return;
        }

        await RunAsync(socket, new Client(upgraded.Connection!, context), upgraded.HasPlace);
    }

    /// <summary>Lets .NET's WebSocket write to the connection's outbox. Comes before its middleware.</summary>
    public Task PrepareAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            http.Features.Set<IHttpUpgradeFeature>(new UpgradedClient(http, upgrade, context));
        }

        return next(http);
    }

    /// <summary>Serves a client until it has left.</summary>
    public static async Task RunAsync(WebSocket socket, Client client, bool hasPlace)
    {
        var cause = DisconnectCause.Client;
        client.Begin(hasPlace);
        try
        {
            while (await AnswerNextAsync(socket, client))
            {
            }

            client.Leave();
        }
        catch (WebSocketException broken)
        {
            // Without an exception behind it, the client has broken the protocol, and .NET's WebSocket has sent a close that says so. Or it
            // has ended the connection without a close.
            cause = broken is { InnerException: null, WebSocketErrorCode: not WebSocketError.ConnectionClosedPrematurely }
                ? DisconnectCause.Protocol
                : DisconnectCause.Client;
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
            await client.EndAsync(cause);
        }
    }

    // Null if the client has left.
    private static async Task<WebSocket?> AcceptAsync(HttpContext http)
    {
        try
        {
            // The sweep of the lanes pings. No extension is offered.
            return await http.WebSockets.AcceptWebSocketAsync(
                new WebSocketAcceptContext { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        }
        catch (Exception left) when (left is IOException or OperationCanceledException)
        {
            return null;
        }
    }

    // False if the client closes the connection.
    private static async Task<bool> AnswerNextAsync(WebSocket socket, Client client)
    {
        // Waits without a buffer.
        var received = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxPacket + Ignored);
        try
        {
            var length = 0;
            while (received is { EndOfMessage: false, MessageType: not WebSocketMessageType.Close })
            {
                var isFull = length == MaxPacket;
                var rest = isFull ? buffer.AsMemory(MaxPacket, Ignored) : buffer.AsMemory(length, MaxPacket - length);
                received = await socket.ReceiveAsync(rest, CancellationToken.None);
                length += isFull ? 0 : received.Count;
                if (length >= PacketHeader.Size && !client.IsClosing && PacketHeader.Read(buffer).Problem is { } problem)
                {
                    // The end of the message may be long in coming.
                    client.Refuse(problem);
                }
            }

            if (received.MessageType == WebSocketMessageType.Close)
            {
                return false;
            }

            if (!client.IsClosing)
            {
                await AnswerAsync(client, buffer.AsMemory(0, length));
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ValueTask AnswerAsync(Client client, ReadOnlyMemory<byte> message)
    {
        if (message.Length < PacketHeader.Size)
        {
            client.Refuse($"the message has {message.Length} bytes: expected {PacketHeader.Size} or more");
            return ValueTask.CompletedTask;
        }

        var header = PacketHeader.Read(message.Span);
        var problem = header.Problem ?? (PacketHeader.Size + header.BodyLength > message.Length
            ? $"the packet has {header.Length} bytes and its message {message.Length}: expected a whole packet"
            : null);
        if (problem is not null)
        {
            client.Refuse(problem);
            return ValueTask.CompletedTask;
        }

        var body = new ReadOnlySequence<byte>(message.Slice(PacketHeader.Size, header.BodyLength));
        return client.AnswerAsync(header, body, isLast: true);
    }

    private static Task RefuseAsync(HttpContext http, int status, string error)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new { Ret = 65535, Error = error });
    }
}
