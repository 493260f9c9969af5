using System.Diagnostics;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>Clients that send nothing, or too slowly.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class SilentClientTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_client_without_heartbeats_is_closed(string scheme)
    {
        await using var host = await CometHost.StartAsync("--Comet:HeartbeatTimeout=00:00:02");
        using var client = scheme == "tcp"
            ? await host.OpenAsync(scheme)
            : await CometWebSocket.OpenAsync(host.Comet(scheme), answersPings: false);
        await client.AuthAsync("42");

        Assert.True((await client.DisconnectedAsync()).Reconnect);

        await Eventually.UntilAsync(async () => await host.SessionsAsync(42) == 0);
    }

    [Fact]
    public async Task Heartbeats_or_other_packets_keep_a_connection()
    {
        await using var host = await CometHost.StartAsync("--Comet:HeartbeatTimeout=00:00:04");
        using var beating = await host.ConnectAsync("tcp", "42");
        using var asking = await host.ConnectAsync("ws", "43");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        for (var start = Stopwatch.StartNew(); start.Elapsed < TimeSpan.FromSeconds(10);)
        {
            await timer.WaitForNextTickAsync();
            await beating.AnswersHeartbeatAsync();
            await asking.SendAsync(new CometPacket(4, "still here"));
            await asking.ExpectAsync("still here");
        }
    }

    [Fact]
    public async Task A_WebSocket_that_answers_pings_stays()
    {
        await using var host = await CometHost.StartAsync("--Comet:HeartbeatTimeout=00:00:04");
        using var client = (CometWebSocket)await host.ConnectAsync("ws", "42");
        var received = client.ReceiveAsync();
        var start = Stopwatch.StartNew();
        await Eventually.UntilAsync(() => received.IsCompleted || start.Elapsed > TimeSpan.FromSeconds(14));

        await host.PushAsync("push?uid=42", "after pings");

        Assert.Equal("after pings", (await received)?.Text);
        Assert.InRange(client.Pings, 2, 20);
    }

    [Theory]
    [InlineData("tcp", 0)]
    [InlineData("tcp", 18)]
    [InlineData("ws", 0)]
    [InlineData("ws", 3)]
    public async Task A_client_that_sends_no_whole_token_is_closed(string scheme, int bytes)
    {
        await using var host = await CometHost.StartAsync("--Comet:HandshakeTimeout=00:00:01");
        using var client = await host.OpenAsync(scheme);
        var token = TokenOn(scheme);

        await client.SendBytesAsync(token.AsMemory(0, bytes));

        await client.DisconnectedAsync();
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_token_that_comes_a_byte_a_second_is_too_late(string scheme)
    {
        await using var host = await CometHost.StartAsync("--Comet:HandshakeTimeout=00:00:03");
        using var client = await host.OpenAsync(scheme);
        var token = TokenOn(scheme);
        var closed = client.ClosedAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var i = 0; i < token.Length && !closed.IsCompleted; i++)
        {
            await SendAsync(client, token[i]);
            await timer.WaitForNextTickAsync();
        }

        Assert.True(closed.IsCompleted, "the slow token was waited for");
        await closed;
        Assert.Equal(0, await host.SessionsAsync(4242));
    }

    private static byte[] TokenOn(string scheme)
    {
        var packet = CometPacket.Auth("4242").ToBytes();
        return scheme == "ws" ? new CometFrame(2, packet).ToBytes() : packet;
    }

    private static async Task SendAsync(CometClient client, byte next)
    {
        try
        {
            await client.SendBytesAsync(new[] { next });
        }
        catch (IOException)
        {
            // The server has closed the connection.
        }
    }
}
