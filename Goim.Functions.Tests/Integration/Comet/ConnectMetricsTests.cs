using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>The metrics of a comet's connects, and of its calls of the facade.</summary>
public sealed class ConnectMetricsTests : IAsyncLifetime
{
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
        var comet = await CometProgram.StartAsync(
            facade.Url, TestHost.Brokers, host.Topic, [$"--Comet:TcpPort={Ports.Next()}", .. settings]);
        if (facade.Passes("/1/heartbeat") == Passing.Passed)
        {
            await comet.UntilPingAsync("ok");
        }

        return comet;
    }
}
