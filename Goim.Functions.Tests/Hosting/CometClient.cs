using System.Text.Json;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A client of a comet, over TCP or WebSocket.</summary>
internal abstract class CometClient(CometStream stream) : IDisposable
{
    protected CometStream Stream { get; } = stream;

    /// <summary>Opens a connection, and sends nothing on it yet.</summary>
    /// <param name="address"><c>tcp://host:port</c> or <c>ws://host:port/sub</c>; with TLS <c>tls:</c> and <c>wss:</c>.</param>
    /// <param name="authority">See <see cref="CometStream.OpenAsync"/>.</param>
    public static async Task<CometClient> OpenAsync(Uri address, string? authority = null) => address.Scheme is "ws" or "wss"
        ? await CometWebSocket.OpenAsync(address, authority)
        : new CometTcp(await CometStream.OpenAsync(address, authority));

    /// <summary>Opens a connection and authenticates.</summary>
    public static async Task<CometClient> ConnectAsync(Uri address, string token, string? authority = null)
    {
        var client = await OpenAsync(address, authority);
        await client.AuthAsync(token);
        return client;
    }

    /// <summary>Sends a packet.</summary>
    public Task SendAsync(CometPacket packet) => SendPacketAsync(packet.ToBytes());

    /// <summary>Sends bytes where a packet is expected.</summary>
    public abstract Task SendPacketAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Sends bytes on the socket as they are.</summary>
    public Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => Stream.SendAsync(bytes);

    /// <summary>The next packet. Null at the end of the connection.</summary>
    public abstract Task<CometPacket?> ReceiveAsync();

    /// <summary>Sends op 7, and expects op 8.</summary>
    public async Task AuthAsync(string token)
    {
        await SendAsync(CometPacket.Auth(token));
        var reply = await ReceiveAsync();
        Assert.True(reply is { Op: 8, Body: [] }, $"instead of op 8: {reply}, {reply?.Text}");
    }

    /// <summary>The next packet must be a message with this text.</summary>
    public async Task ExpectAsync(string message)
    {
        var packet = await ReceiveAsync();
        Assert.Equal((5, message), (packet?.Op ?? -1, packet?.Text));
    }

    /// <summary>The connection is open, and the reply to a heartbeat is the next that comes.</summary>
    public async Task AnswersHeartbeatAsync(int seq = 7)
    {
        await SendAsync(new CometPacket(2, "", seq, 1));
        var reply = await ReceiveAsync();
        Assert.True(reply is { Op: 3, Version: 1, Body: [] } && reply.Seq == seq, $"instead of op 3: {reply}, {reply?.Text}");
    }

    /// <summary>The server says op 6, and closes the connection. Returns the reason and whether the client may come back.</summary>
    public async Task<(string Reason, bool Reconnect)> DisconnectedAsync()
    {
        var packet = await ReceiveAsync();
        Assert.NotNull(packet);
        Assert.True(packet is { Op: 6, Seq: 0, Version: 0 }, $"instead of op 6: {packet}, {packet.Text}");
        Assert.Null(await ReceiveAsync());
        var body = JsonElement.Parse(packet.Text);
        Assert.Equal(["reason", "reconnect"], body.EnumerateObject().Select(member => member.Name));
        return (body.GetProperty("reason").GetString()!, body.GetProperty("reconnect").GetBoolean());
    }

    /// <summary>The server closes the connection, and sends nothing before that but op 6.</summary>
    public async Task ClosedAsync()
    {
        while (await ReceiveAsync() is { } packet)
        {
            Assert.True(packet.Op == 6, $"before the end came {packet}, {packet.Text}");
        }
    }

    /// <summary>Ends the sending side.</summary>
    public void EndSending() => Stream.EndSending();

    public void Dispose() => Stream.Dispose();
}
