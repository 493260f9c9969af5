using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>A connection of the client library from the program's side: its calls, its readers and its end.</summary>
public sealed class ConnectionLifeTests : IDisposable
{
    private static readonly byte[] Accepted = Packet(8, version: 1, seq: 1);
    private readonly ScriptedComet comet = new();
    private readonly CancellationTokenSource stop = new();

    [Fact]
    public async Task A_connect_that_is_cancelled_ends_the_attempts()
    {
        var address = new Uri($"tcp://127.0.0.1:{Ports.Next()}");
        await using var connection = new GoimConnection(new GoimConnectionOptions(address, "42"));
        connection.StateChanged += (_, change) =>
        {
            if (change.State == GoimConnectionState.Reconnecting)
            {
                stop.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.ConnectAsync(stop.Token));

        Assert.Equal(GoimConnectionState.Disconnected, connection.State);
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.ConnectAsync());
    }

    [Fact]
    public async Task A_refusal_for_good_is_thrown_to_who_connects()
    {
        var connecting = GoimConnection.ConnectAsync(new Uri(comet.Tcp), "42");
        await using var accepted = await comet.AcceptAsync();
        await accepted.WriteAsync(Packet(6, """{"reason":"token: it is refused","reconnect":false}"""));

        var refused = await Assert.ThrowsAsync<GoimDisconnectedException>(() => connecting);

        Assert.Equal("Disconnected: token: it is refused.", refused.Message);
    }

    [Fact]
    public async Task A_second_reader_is_refused_and_one_after_the_first_goes_on()
    {
        var (connection, accepted) = await ConnectAsync();
        await using var _ = connection;
        await using var __ = accepted;
        await accepted.WriteAsync((byte[])[.. Packet(5, "one"), .. Packet(5, "two"), .. Packet(5, "three")]);

        await foreach (var message in connection.ReadAllAsync(stop.Token))
        {
            Assert.Equal("one", message.ToString());
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await NextAsync(connection));
            break;
        }

        Assert.Equal("two", await NextAsync(connection));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            connection.ReadAllAsync(stop.Token).GetAsyncEnumerator().MoveNextAsync().AsTask());
        Assert.Equal("three", await NextAsync(connection));
    }

    [Fact]
    public async Task Closing_it_ends_the_reader_after_what_has_come()
    {
        var (connection, accepted) = await ConnectAsync();
        await using var _ = accepted;
        await accepted.WriteAsync((byte[])[.. Packet(5, "one"), .. Packet(5, "two")]);
        var read = new List<string>();

        await foreach (var message in connection.ReadAllAsync())
        {
            read.Add(message.ToString());
            if (read.Count == 2)
            {
                await connection.DisposeAsync();
            }
        }

        Assert.Equal(["one", "two"], read);
        await connection.DisposeAsync();
        Assert.Equal(0, await accepted.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task A_connection_that_was_closed_before_it_connected_does_not_connect()
    {
        var connection = new GoimConnection(new GoimConnectionOptions(new Uri(comet.Tcp), "42"));

        await connection.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => connection.ConnectAsync());
        Assert.Null(await NextAsync(connection));
    }

    [Theory]
    [InlineData(GoimConnectionState.Connecting)]
    [InlineData(GoimConnectionState.Connected)]
    public async Task A_handler_that_throws_ends_the_connection_with_its_exception(GoimConnectionState state)
    {
        await using var connection = new GoimConnection(new GoimConnectionOptions(new Uri(comet.Tcp), "42"));
        connection.StateChanged += (_, change) =>
        {
            if (change.State == state)
            {
                throw new TimeZoneNotFoundException();
            }
        };
        var connecting = connection.ConnectAsync();
        if (state == GoimConnectionState.Connected)
        {
            await using var accepted = await comet.AcceptAsync();
            await accepted.WriteAsync(Accepted);
            await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => NextAsync(connection));
        }

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => connecting);
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => NextAsync(connection));
    }

    public void Dispose()
    {
        comet.Dispose();
        stop.Dispose();
    }

    // The next message; null at the end.
    private static async Task<string?> NextAsync(GoimConnection connection)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await foreach (var message in connection.ReadAllAsync(limit.Token))
        {
            return message.ToString();
        }

        return null;
    }

    private async Task<(GoimConnection Connection, Stream Accepted)> ConnectAsync()
    {
        var connecting = GoimConnection.ConnectAsync(new Uri(comet.Tcp), "42");
        var accepted = await comet.AcceptAsync();
        await ReadPacketAsync(accepted);
        await accepted.WriteAsync(Accepted);
        return (await connecting.WaitAsync(Eventually.Limit), accepted);
    }
}
