using System.Net.WebSockets;
using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>What the client library sends, and what it gives, on a connection.</summary>
public sealed class ConnectionTests : IDisposable
{
    private const string Auth = "000000120010000100000007000000013432";

    private readonly ScriptedComet comet = new();

    [Fact]
    public async Task The_first_packet_has_the_token()
    {
        await using var client = new RunningConnection(comet.Tcp);
        await using var connection = await comet.AcceptAsync();

        Assert.Equal(Auth, await ReadAsync(connection, 18));
    }

    [Fact]
    public async Task A_packet_is_one_whole_binary_message_over_WebSocket()
    {
        await using var client = new RunningConnection(comet.WebSocket);
        using var connection = await comet.AcceptWebSocketAsync();

        var buffer = new byte[100];
        var received = await connection.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Eventually.Limit);

        Assert.Equal(Auth, Convert.ToHexString(buffer, 0, received.Count));
        Assert.Equal((WebSocketMessageType.Binary, true), (received.MessageType, received.EndOfMessage));
    }

    [Fact]
    public async Task Other_packets_are_no_messages()
    {
        await using var client = new RunningConnection(comet.Tcp);
        await using var connection = await AuthenticatedAsync();

        await connection.WriteAsync(
            (byte[])[.. Packet(5, "one"), .. Packet(3), .. Packet(9, "raw"), .. Packet(77, "?"), .. Packet(5), .. Packet(5, "two\nlines")]);
        await connection.WriteAsync(Packet(5, "last"));

        await Eventually.UntilAsync(() => client.Messages.Contains("last"));
        Assert.Equal(["one", "", "two\nlines", "last"], client.Messages);
        Assert.Equal([GoimConnectionState.Connecting, GoimConnectionState.Connected], client.States);
    }

    [Fact]
    public async Task A_packet_may_come_a_byte_at_a_time()
    {
        await using var client = new RunningConnection(comet.Tcp);
        await using var connection = await AuthenticatedAsync();

        foreach (var value in Packet(5, "slow"))
        {
            await connection.WriteAsync((byte[])[value]);
        }

        await Eventually.UntilAsync(() => client.Messages.Any());
        Assert.Equal(["slow"], client.Messages);
    }

    [Theory]
    [InlineData(WebSocketMessageType.Binary)]
    [InlineData(WebSocketMessageType.Text)]
    public async Task A_WebSocket_message_may_have_several_packets_and_come_in_fragments(WebSocketMessageType type)
    {
        await using var client = new RunningConnection(comet.WebSocket);
        using var connection = await comet.AcceptWebSocketAsync();

        byte[] packets = [.. Packet(8, version: 1, seq: 1), .. Packet(5, "one"), .. Packet(5, "two")];
        await connection.SendAsync(packets.AsMemory(0, 20), type, endOfMessage: false, CancellationToken.None);
        await connection.SendAsync(packets.AsMemory(20), type, endOfMessage: true, CancellationToken.None);
        await connection.SendAsync(Packet(5, "three"), type, endOfMessage: true, CancellationToken.None);

        await Eventually.UntilAsync(() => client.Messages.Count() == 3);
        Assert.Equal(["one", "two", "three"], client.Messages);
    }

    [Fact]
    public async Task A_message_may_be_as_large_as_a_Kafka_record()
    {
        await using var client = new RunningConnection(comet.Tcp);
        await using var connection = await AuthenticatedAsync();
        var large = new string('x', 20_000_000);

        await connection.WriteAsync(Packet(5, large));

        await Eventually.UntilAsync(() => client.Messages.Any());
        Assert.True(client.Messages.Single() == large);
    }

    [Fact]
    public async Task A_heartbeat_is_sent_every_30_seconds()
    {
        await using var client = new RunningConnection(comet.Tcp);
        await using var connection = await AuthenticatedAsync();
        await client.UntilConnectedAsync();

        for (var i = 0; i < 3; i++)
        {
            client.Advance(TimeSpan.FromSeconds(30));
            Assert.Equal("00000010001000010000000200000001", await ReadAsync(connection, 16));
            await connection.WriteAsync((byte[])[.. Packet(3, version: 1, seq: 1), .. Packet(5, $"{i}")]);
            await Eventually.UntilAsync(() => client.Messages.Contains($"{i}"));
        }
    }

    [Fact]
    public async Task A_comet_that_answers_no_heartbeat_is_left()
    {
        await using var client = new RunningConnection(comet.Tcp);
        await using var connection = await AuthenticatedAsync();
        await client.UntilConnectedAsync();

        // The time without an answer runs from the next packet on, if not earlier.
        await connection.WriteAsync(Packet(5, "m"));
        await Eventually.UntilAsync(() => client.Messages.Any());
        client.Advance(TimeSpan.FromSeconds(60));

        await Eventually.UntilAsync(() => client.Reasons.Any());
        Assert.Equal([$"{comet.Tcp} did not answer in time."], client.Reasons);
        Assert.Equal(GoimConnectionState.Reconnecting, client.States.Last());
    }

    public void Dispose() => comet.Dispose();

    private static async Task<string> ReadAsync(Stream connection, int count)
    {
        var bytes = new byte[count];
        await connection.ReadExactlyAsync(bytes).AsTask().WaitAsync(Eventually.Limit);
        return Convert.ToHexString(bytes);
    }

    // A connection whose token is read and accepted.
    private async Task<Stream> AuthenticatedAsync()
    {
        var connection = await comet.AcceptAsync();
        await ReadAsync(connection, 18);
        await connection.WriteAsync(Packet(8, version: 1, seq: 1));
        return connection;
    }
}
