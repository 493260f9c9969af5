using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>When the client library connects again, and when it ends.</summary>
public sealed class ReconnectTests : IDisposable
{
    private readonly ScriptedComet comet = new();

    [Theory]
    [InlineData("""{"reason":"token is 'x': expected a number.","reconnect":false}""", "Disconnected: token is 'x': expected a number.")]
    [InlineData("""{"reason":"gone"}""", "Disconnected: gone.")]
    [InlineData("""{"reason":"a\u001b[2J\nb","reconnect":"true"}""", "Disconnected: a [2J b.")]
    [InlineData("""{"reconnect":false}""", "Disconnected: the server gave no reason.")]
    [InlineData("""["reconnect"]""", "Disconnected: the server gave no reason.")]
    [InlineData("too slow", "Disconnected: the server gave no reason.")]
    [InlineData("", "Disconnected: the server gave no reason.")]
    public async Task A_client_that_is_not_told_to_reconnect_ends_with_the_reason(string body, string sentence)
    {
        await using var client = new RunningConnection(comet.Tcp);
        await using var connection = await comet.AcceptAsync();

        await connection.WriteAsync(Packet(6, body));

        Assert.Equal(sentence, await client.EndAsync());
        Assert.Equal([sentence], client.Reasons);
    }

    [Fact]
    public async Task A_comet_that_accepts_the_client_and_disconnects_it_at_once_is_asked_less_and_less_often()
    {
        await using var client = new RunningConnection(comet.Tcp);
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await using var connection = await comet.AcceptAsync();
            var accepted = attempt == 3 ? Packet(8, version: 1, seq: 1) : [];
            await connection.WriteAsync((byte[])[.. accepted, .. Packet(6, """{"reason":"try later","reconnect":true}""")]);
            await client.EndWaitAsync(attempt);
        }

        await using var last = await comet.AcceptAsync();
        AssertWaits([1, 2, 4, 8], client.Waits);
        Assert.All(client.Reasons, static reason => Assert.Equal("Disconnected: try later.", reason));
        Assert.Equal(4, client.Reasons.Count());
    }

    [Fact]
    public async Task A_connection_that_has_lived_for_30_seconds_is_made_again_after_a_second()
    {
        await using var client = new RunningConnection(comet.Tcp);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await using var connection = await comet.AcceptAsync();
            if (attempt == 3)
            {
                await connection.WriteAsync(Packet(8, version: 1, seq: 1));
                await client.UntilConnectedAsync();
                client.Advance(TimeSpan.FromSeconds(30));
            }

            await connection.WriteAsync(Packet(6, """{"reason":"the server stops","reconnect":true}"""));
            await client.EndWaitAsync(attempt);
        }

        AssertWaits([1, 2, 1], client.Waits);
    }

    [Fact]
    public async Task A_broken_connection_is_made_again()
    {
        await using var client = new RunningConnection(comet.WebSocket);
        using (var connection = await comet.AcceptWebSocketAsync())
        {
            await connection.SendAsync(Packet(8, version: 1, seq: 1), default, endOfMessage: true, CancellationToken.None);
            await Eventually.UntilAsync(() => client.States.Contains(GoimConnectionState.Connected));
        }

        await client.EndWaitAsync(1);
        using var second = await comet.AcceptWebSocketAsync();
        await second.SendAsync(Packet(5, "again"), default, endOfMessage: true, CancellationToken.None);

        await Eventually.UntilAsync(() => client.Messages.Any());
        Assert.Equal(["again"], client.Messages);
    }

    [Fact]
    public async Task A_refused_connection_is_tried_again_after_at_most_30_seconds()
    {
        await using var client = new RunningConnection($"tcp://127.0.0.1:{Ports.Next()}");

        for (var attempt = 1; attempt <= 7; attempt++)
        {
            await client.EndWaitAsync(attempt);
        }

        await Eventually.UntilAsync(() => client.Waits.Count == 8);
        AssertWaits([1, 2, 4, 8, 16, 30, 30, 30], client.Waits);
        Assert.Contains("Connection refused", client.Reasons.First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "1213486160 bytes with a header of 12081")]
    [InlineData("\0\0\0\u000f\0\u0010\0\0\0\0\0\u0005\0\0\0\0", "15 bytes with a header of 16")]
    [InlineData("\0\0\0\u0010\0\u0011\0\0\0\0\0\u0005\0\0\0\0", "16 bytes with a header of 17")]
    public async Task A_server_of_another_protocol_ends_the_client(string answer, string what)
    {
        await using var client = new RunningConnection(comet.Tcp);
        await using var connection = await comet.AcceptAsync();

        await connection.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));

        Assert.Equal($"The server sent a packet of {what}: expected a comet's, with a header of 16.", await client.EndAsync());
    }

    public void Dispose() => comet.Dispose();

    // Each wait is at least a half of these seconds and at most the whole.
    private static void AssertWaits(int[] seconds, IEnumerable<TimeSpan> waits) => Assert.All(
        seconds.Zip(waits.Select(static wait => wait.TotalSeconds)),
        static each => Assert.InRange(each.Second, each.First / 2.0, each.First));
}
