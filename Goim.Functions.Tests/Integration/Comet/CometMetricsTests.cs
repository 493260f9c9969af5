using System.Text;
using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Each metric of a comet moves for its own reason.</summary>
public sealed class CometMetricsTests : IAsyncLifetime
{
    private const int Header = 16;
    private TestHost host = null!;
    private FacadeProxy facade = null!;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync();
        facade = await FacadeProxy.StartAsync(host);
    }

    public async Task DisposeAsync()
    {
        await facade.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Deliveries_are_counted_by_kind_with_their_writes_and_bytes()
    {
        await using var comet = await StartAsync("--Comet:MergeWindow=00:00:00.500", "--Comet:QueueMessages=100");
        using var metrics = new CollectedMetrics(comet.Services);
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");
        await host.PushAsync("push?uid=42", "to 42");
        await client.ExpectAsync("to 42");
        await host.PushAsync("push/all", "to all");
        await client.ExpectAsync("to all");
        var lines = string.Join('\n', Enumerable.Range(10, 20).Select(n => $$"""{"rid":1,"m":{{n}}}"""));
        using var answer = await host.Http.PostAsync("/1/push/batch", new StringContent(lines));
        for (var n = 10; n < 30; n++)
        {
            await client.ExpectAsync($"{n}");
        }

        Assert.Equal(1, metrics["goim.comet.messages.delivered", "multiple"]);
        Assert.Equal(1, metrics["goim.comet.messages.delivered", "broadcast"]);
        Assert.Equal(20, metrics["goim.comet.messages.delivered", "room"]);
        Assert.Equal(22, metrics["goim.comet.records", "read"]);
        Assert.Equal(0, metrics["goim.comet.messages.dropped"]);
        Assert.Equal(1, metrics["goim.comet.connections"]);
        Assert.InRange(metrics["goim.comet.writes"], 3, 12);
        Assert.Equal(Header + (22 * Header) + "to 42".Length + "to all".Length + (20 * 2), metrics["goim.comet.sent.bytes"]);
        Assert.Equal(Header + "42".Length, metrics["goim.comet.received.bytes"]);
    }

    [Fact]
    public async Task Over_WebSocket_the_bytes_are_those_of_the_frames()
    {
        await using var comet = await StartAsync();
        using var metrics = new CollectedMetrics(comet.Services);
        using var client = await CometClient.ConnectAsync(comet.WebSocket, "42");
        await host.PushAsync("push?uid=42", "m");
        await client.ExpectAsync("m");

        // A frame of the server has a header of two bytes, and one of a client a mask of four more.
        Assert.Equal(2 + Header + 2 + Header + 1, metrics["goim.comet.sent.bytes"]);
        Assert.Equal(6 + Header + 2, metrics["goim.comet.received.bytes"]);
    }

    [Fact]
    public async Task The_merge_factor_is_that_of_the_writes_since_the_last_collection()
    {
        await using var comet = await StartAsync("--Comet:MergeWindow=00:00:01", "--Comet:QueueMessages=1000");
        using var metrics = new CollectedMetrics(comet.Services);
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");
        Assert.False(metrics.Has("goim.comet.merge_factor"));
        var lines = string.Join('\n', Enumerable.Range(0, 200).Select(n => $$"""{"rid":1,"m":{{n}}}"""));
        using var answer = await host.Http.PostAsync("/1/push/batch", new StringContent(lines));
        for (var n = 0; n < 200; n++)
        {
            await client.ExpectAsync($"{n}");
        }

        Assert.InRange(metrics["goim.comet.merge_factor"], 2, 100);
        Assert.False(metrics.Has("goim.comet.merge_factor"));
    }

    [Fact]
    public async Task The_lag_is_the_age_of_a_record_when_it_is_written_to_somebody()
    {
        await using var comet = await StartAsync();
        using var metrics = new CollectedMetrics(comet.Services);
        using var producer = new TopicProducer(TestHost.Brokers, host.Topic);
        await producer.WriteToAllAsync("nobody is here");
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");
        await producer.WriteToAllAsync("now");
        await client.ExpectAsync("now");
        await Eventually.UntilAsync(() => metrics["goim.comet.topic.lag"] == 1);

        await producer.WriteAsync(
            Encoding.UTF8.GetBytes("""{"op":"broadcast","msg":"b2xk"}"""), new Timestamp(DateTimeOffset.UtcNow.AddHours(-2)));
        await client.ExpectAsync("old");

        await Eventually.UntilAsync(() => metrics["goim.comet.topic.lag"] == 2);
        Assert.InRange(metrics.Longest("goim.comet.topic.lag"), 7_200_000, 7_200_000 + Eventually.Limit.TotalMilliseconds);
    }

    [Fact]
    public async Task Messages_that_a_full_queue_does_not_take_are_dropped()
    {
        await using var comet = await StartAsync("--Comet:QueueMessages=1");
        using var metrics = new CollectedMetrics(comet.Services);
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");
        var large = new string('m', 700_000);

        // Until the operating system takes no more for a client that does not read.
        await Eventually.UntilAsync(async () =>
        {
            await host.PushAsync("push/room?rid=1", large);
            return metrics["goim.comet.messages.dropped", "room"] > 0;
        });

        Assert.Equal(0, metrics["goim.comet.messages.dropped", "broadcast"]);
    }

    [Fact]
    public async Task A_connect_is_counted_by_how_it_ends_and_a_connection_by_why()
    {
        await using var comet = await StartAsync("--Comet:MaxConnections=2");
        using var metrics = new CollectedMetrics(comet.Services);
        using (var first = await CometClient.ConnectAsync(comet.Tcp, "42"))
        {
            await FailsAsync(comet.Tcp, CometPacket.Auth("no user"));
            await UntilAsync("refused");
            await FailsAsync(comet.Tcp, new CometPacket(2, "", 1, 1));
            await UntilAsync("protocol");
            (await CometClient.OpenAsync(comet.Tcp)).Dispose();
            await UntilAsync("client");
            using (await CometClient.ConnectAsync(comet.WebSocket, "43"))
            {
                using var third = await CometClient.OpenAsync(comet.Tcp);
                Assert.Equal("the server is full", (await third.DisconnectedAsync()).Reason);
            }

            await UntilAsync("full");
            await Eventually.UntilAsync(() => metrics["goim.comet.connections"] == 1);
            facade.Passes = static path => path == "/1/connects" ? Passing.Refused : Passing.Passed;
            await FailsAsync(comet.WebSocket, CometPacket.Auth("44"));
            await UntilAsync("unavailable");
        }

        Assert.Equal(2, metrics["goim.comet.connects", "registered"]);
        Assert.Equal(7, metrics["goim.comet.connects"]);
        await Eventually.UntilAsync(() => metrics["goim.comet.disconnects"] == 7);
        Assert.Equal(3, metrics["goim.comet.disconnects", "client"]);
        Assert.Equal(0, metrics["goim.comet.connections"]);

        // Also the disconnect, so that the connection's place is free.
        async Task UntilAsync(string outcome)
        {
            await Eventually.UntilAsync(() => metrics["goim.comet.disconnects", outcome] == 1);
            Assert.Equal(1, metrics["goim.comet.connects", outcome]);
        }
    }

    [Fact]
    public async Task A_client_that_sends_no_token_and_one_that_comes_too_early_are_connects_that_failed()
    {
        facade.Passes = static _ => Passing.Refused;
        await using var comet = await StartAsync("--Comet:HandshakeTimeout=00:00:00.1");
        using var metrics = new CollectedMetrics(comet.Services);
        using (var silent = await CometClient.OpenAsync(comet.Tcp))
        {
            await silent.DisconnectedAsync();
        }

        await Eventually.UntilAsync(() => metrics["goim.comet.connects", "handshake"] == 1);
        await Eventually.UntilAsync(async () =>
        {
            using var early = await CometClient.OpenAsync(comet.Tcp);
            await early.SendAsync(CometPacket.Auth("42"));
            await early.DisconnectedAsync();
            return metrics["goim.comet.connects", "not_ready"] > 0;
        });
    }

    [Fact]
    public async Task Calls_of_the_facade_are_counted_by_route_and_outcome()
    {
        await using var comet = await StartAsync("--Comet:ServerId=7");
        using var metrics = new CollectedMetrics(comet.Services);
        using (await CometClient.ConnectAsync(comet.Tcp, "42"))
        {
            await Eventually.UntilAsync(() => metrics["goim.comet.facade.calls", "/1/connects", "ok"] == 1);
        }

        await Eventually.UntilAsync(() => metrics["goim.comet.facade.calls", "/1/disconnects", "ok"] == 1);
        Assert.Equal(0, metrics["goim.comet.facade.calls", "failed"]);
        facade.Passes = static _ => Passing.Refused;
        await FailsAsync(comet.Tcp, CometPacket.Auth("43"));

        Assert.InRange(metrics["goim.comet.facade.calls", "/1/connects", "failed"], 1, int.MaxValue);
        Assert.Equal(1, metrics["goim.comet.facade.calls", "/1/connects", "ok"]);
    }

    private static async Task FailsAsync(Uri comet, CometPacket packet)
    {
        using var client = await CometClient.OpenAsync(comet);
        await client.SendAsync(packet);
        await client.DisconnectedAsync();
    }

    private async Task<CometProgram> StartAsync(params string[] settings)
    {
        var comet = await CometProgram.StartAsync(facade.Url, TestHost.Brokers, host.Topic, [$"--Comet:TcpPort={Ports.Next()}", .. settings]);
        if (facade.Passes("/1/heartbeat") == Passing.Passed)
        {
            await comet.UntilPingAsync("ok");
        }

        return comet;
    }
}
