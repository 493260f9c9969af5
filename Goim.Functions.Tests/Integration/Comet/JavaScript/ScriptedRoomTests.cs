using System.Net.WebSockets;
using Goim.Functions.Tests.Hosting;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>Changes of room by client.js, with a server that the test answers for.</summary>
public sealed class ScriptedRoomTests : IDisposable
{
    private readonly ScriptedComet comet = new();

    [JavaScriptFact]
    public async Task The_room_is_sent_as_text_and_answers_are_those_to_the_changes_in_order()
    {
        await using var client = Start();
        using var server = await ConnectedAsync(client);

        await client.CommandAsync("changeRoom 7");
        await client.CommandAsync("changeRoom -1");
        Assert.Equal([(12, "7"), (12, "-1")], [await ReceiveAsync(server), await ReceiveAsync(server)]);
        await SendAsync(
            server, [.. Packet(13, """{"error":"not this one"}""", 1, 1), .. Packet(5, "m"), .. Packet(13, """{"roomId":-1}""", 1, 1)]);

        await client.UntilAsync("room", "-1");
        await client.UntilAsync("roomError", "not this one");
    }

    [JavaScriptTheory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("""{"roomId":"7"}""")]
    public async Task An_answer_that_is_none_is_an_error(string body)
    {
        await using var client = Start();
        using var server = await ConnectedAsync(client);

        await client.CommandAsync("changeRoom 7");
        await ReceiveAsync(server);
        await SendAsync(server, Packet(13, body, 1, 1));

        await client.UntilAsync("roomError", "no reason was given");
    }

    [JavaScriptFact]
    public async Task A_connection_that_ends_ends_its_changes()
    {
        await using var client = Start();
        using var server = await ConnectedAsync(client);

        await client.CommandAsync("changeRoom 7");
        await ReceiveAsync(server);
        await SendAsync(server, Packet(6, """{"reason":"move on","reconnect":true}"""));

        await client.UntilAsync("roomError", "the connection ended before the comet answered");
        await client.CommandAsync("close");
        await client.UntilAsync("state", "closed");
        await client.CommandAsync("changeRoom 7");
        await client.UntilAsync("roomError", "the connection is closed: expected connected");
    }

    [JavaScriptFact]
    public async Task Before_the_token_is_accepted_there_is_no_change()
    {
        await using var client = Start();
        using var server = await comet.AcceptWebSocketAsync();
        Assert.Equal((7, "42"), await ReceiveAsync(server));

        await client.CommandAsync("changeRoom 7");

        await client.UntilAsync("roomError", "the connection is connecting: expected connected");
    }

    // An answer that nobody has asked for is ignored.
    [JavaScriptTheory]
    [InlineData("7.5")]
    [InlineData("2147483648")]
    [InlineData("NaN")]
    public async Task A_room_that_is_no_int32_is_not_sent(string room)
    {
        await using var client = Start();
        using var server = await ConnectedAsync(client);

        await client.CommandAsync($"changeRoom {room}");
        await client.UntilAsync("roomError", $"roomId is {room}: expected a whole number of 32 bits.");
        await client.CommandAsync("iterate");
        await SendAsync(server, [.. Packet(13, """{"roomId":1}""", 1, 1), .. Packet(13, """{"error":"e"}""", 1, 1), .. Packet(5, "m")]);
        await client.UntilAsync("message", "m");
        await client.CommandAsync("changeRoom 7");

        Assert.Equal((12, "7"), await ReceiveAsync(server));
        await SendAsync(server, Packet(13, """{"roomId":7}""", 1, 1));
        await client.UntilAsync("room", "7");
    }

    public void Dispose() => comet.Dispose();

    private static async Task<(int Op, string Text)> ReceiveAsync(WebSocket server)
    {
        var buffer = new byte[1_024];
        var received = await server.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Eventually.Limit);
        var packet = CometPacket.Read(buffer.AsSpan(0, received.Count));
        return (packet.Op, packet.Text);
    }

    private static Task SendAsync(WebSocket server, byte[] bytes) =>
        server.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    private NodeClient Start() => NodeClient.Start(new Uri(comet.WebSocket), ["42"]);

    private async Task<WebSocket> ConnectedAsync(NodeClient client)
    {
        var server = await comet.AcceptWebSocketAsync();
        await ReceiveAsync(server);
        await SendAsync(server, Packet(8, version: 1, seq: 1));
        await client.UntilAsync("state", "connected");
        return server;
    }
}
