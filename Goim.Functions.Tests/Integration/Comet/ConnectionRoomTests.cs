using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Changes of room by the client library, with a server that the test answers for.</summary>
public sealed class ConnectionRoomTests : IDisposable
{
    private readonly ScriptedComet comet = new();

    [Fact]
    public async Task The_room_is_sent_as_text_and_the_answer_is_the_room()
    {
        await using var connection = Connection(comet.Tcp);
        await using var server = await ConnectedAsync(connection);

        var changing = connection.ChangeRoomAsync(7);
        var packet = new byte[17];
        await server.ReadExactlyAsync(packet).AsTask().WaitAsync(Eventually.Limit);
        await server.WriteAsync(Packet(13, """{"roomId":7}""", version: 1, seq: 2));

        // Length 17, header 16, version 1, operation 12, seq 2, "7".
        Assert.Equal("00000011001000010000000C0000000237", Convert.ToHexString(packet));
        Assert.Equal(7, await changing.WaitAsync(Eventually.Limit));
    }

    [Fact]
    public async Task Each_of_several_changes_gets_the_answer_to_its_own_packet()
    {
        await using var connection = Connection(comet.Tcp);
        await using var server = await ConnectedAsync(connection);

        var changes = new[] { 1, 2, -1 }.Select(room => connection.ChangeRoomAsync(room)).ToArray();
        var asked = new[] { await ReadPacketAsync(server), await ReadPacketAsync(server), await ReadPacketAsync(server) };
        Assert.Equal([(12, "1"), (12, "2"), (12, "-1")], asked);
        await server.WriteAsync(Packet(13, """{"roomId":-1}""", version: 1, seq: 4));
        await server.WriteAsync(Packet(13, """{"error":"not\nthis one."}""", version: 1, seq: 2));
        await server.WriteAsync(Packet(13, """{"roomId":5}""", version: 1, seq: 99));
        await server.WriteAsync(Packet(13, """{"roomId":2}""", version: 1, seq: 3));

        Assert.Equal(-1, await changes[2].WaitAsync(Eventually.Limit));
        Assert.Equal(2, await changes[1].WaitAsync(Eventually.Limit));
        var refused = await Assert.ThrowsAsync<GoimRoomException>(() => changes[0].WaitAsync(Eventually.Limit));
        Assert.Equal("not this one.", refused.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""{"roomId":2147483648}""")]
    [InlineData("""{"error":"\ud800"}""")]
    public async Task An_answer_that_is_none_is_an_error(string body)
    {
        await using var connection = Connection(comet.Tcp);
        await using var server = await ConnectedAsync(connection);

        var changing = connection.ChangeRoomAsync(7);
        await ReadPacketAsync(server);
        await server.WriteAsync(Packet(13, body, version: 1, seq: 2));

        var refused = await Assert.ThrowsAsync<GoimRoomException>(() => changing.WaitAsync(Eventually.Limit));
        Assert.Equal("The comet answered neither with a room nor with an error.", refused.Message);
    }

    [Fact]
    public async Task Without_a_connection_there_is_no_change()
    {
        await using var connection = Connection(comet.Tcp);
        await AssertNotConnectedAsync(connection);

        var connecting = connection.ConnectAsync();
        await using var server = await comet.AcceptAsync();
        await ReadPacketAsync(server);
        await AssertNotConnectedAsync(connection);
        await server.WriteAsync(Packet(8, version: 1, seq: 1));
        await connecting.WaitAsync(Eventually.Limit);

        await connection.DisposeAsync();
        await AssertNotConnectedAsync(connection);
    }

    [Fact]
    public async Task A_connection_that_ends_ends_its_changes_and_the_next_one_takes_others()
    {
        await using var connection = Connection(comet.Tcp);
        await using (var server = await ConnectedAsync(connection))
        {
            var changing = connection.ChangeRoomAsync(7);
            await ReadPacketAsync(server);
            await server.WriteAsync(Packet(6, """{"reason":"move on","reconnect":true}"""));
            var ended = await Assert.ThrowsAsync<GoimRoomException>(() => changing.WaitAsync(Eventually.Limit));
            Assert.Equal("The connection ended before the comet answered. The next one begins in the room of its token.", ended.Message);
        }

        await using var next = await comet.AcceptAsync();
        await ReadPacketAsync(next);
        await next.WriteAsync(Packet(8, version: 1, seq: 1));
        await Eventually.UntilAsync(() => connection.State == GoimConnectionState.Connected);
        var again = connection.ChangeRoomAsync(7);
        Assert.Equal((12, "7"), await ReadPacketAsync(next));
        await next.WriteAsync(Packet(13, """{"roomId":7}""", version: 1, seq: 2));
        Assert.Equal(7, await again.WaitAsync(Eventually.Limit));
    }

    [Fact]
    public async Task A_change_that_is_given_up_leaves_the_connection_as_it_is()
    {
        using var stop = new CancellationTokenSource();
        await using var connection = Connection(comet.Tcp);
        await using var server = await ConnectedAsync(connection);
        var givenUp = connection.ChangeRoomAsync(7, stop.Token);
        await ReadPacketAsync(server);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.WaitAsync(Eventually.Limit));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.ChangeRoomAsync(8, stop.Token));
        var changing = connection.ChangeRoomAsync(9);
        await server.WriteAsync(Packet(13, """{"roomId":7}""", version: 1, seq: 2));
        await server.WriteAsync(Packet(13, """{"roomId":9}""", version: 1, seq: 3));

        Assert.Equal(9, await changing.WaitAsync(Eventually.Limit));
    }

    public void Dispose() => comet.Dispose();

    private static GoimConnection Connection(string server) => new(new GoimConnectionOptions(new Uri(server), "42"));

    private static async Task AssertNotConnectedAsync(GoimConnection connection)
    {
        var refused = await Assert.ThrowsAsync<GoimRoomException>(() => connection.ChangeRoomAsync(7));
        Assert.Equal("There is no connection: expected a change of room while the state is Connected.", refused.Message);
    }

    private async Task<Stream> ConnectedAsync(GoimConnection connection)
    {
        var connecting = connection.ConnectAsync();
        var server = await comet.AcceptAsync();
        await ReadPacketAsync(server);
        await server.WriteAsync(Packet(8, version: 1, seq: 1));
        await connecting.WaitAsync(Eventually.Limit);
        return server;
    }
}
