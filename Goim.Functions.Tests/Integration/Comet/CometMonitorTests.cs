using System.Net;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;
using Goim.Settings;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>A comet's <c>/monitor/ping</c> and <c>/monitor/stat</c>.</summary>
public sealed class CometMonitorTests
{
    private const string Topic = "pushes";
    private static readonly Uri Nowhere = new("http://127.0.0.1:1");

    [Fact]
    public async Task Ping_is_ok_with_facade_broker_and_offsets()
    {
        await using var host = await TestHost.StartAsync();
        await using var comet = await CometProgram.StartAsync(host.Http.BaseAddress!, TestHost.Brokers, host.Topic);

        await comet.UntilPingAsync("ok");

        using var head = await comet.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/monitor/ping"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Fact]
    public async Task Ping_names_all_that_is_not_well()
    {
        using var broker = new EmbeddedBroker(Topic);
        broker.SetDown();
        await using var comet = await CometProgram.StartAsync(Nowhere, broker.Brokers, Topic);

        await comet.UntilPingAsync("facade,broker,offsets");
        broker.SetUp();

        await comet.UntilPingAsync("facade");
    }

    [Fact]
    public async Task Ping_names_the_facade_while_its_heartbeats_have_no_epochs()
    {
        await using var host = await TestHost.StartAsync();
        await using var facade = await FacadeProxy.StartAsync(host);
        facade.Passes = static _ => Passing.Refused;
        await using var comet = await CometProgram.StartAsync(facade.Url, TestHost.Brokers, host.Topic);
        await Eventually.UntilAsync(() => facade.Bodies("/1/heartbeat").Length >= 4);
        await comet.UntilPingAsync("facade");

        facade.Passes = static _ => Passing.Passed;

        await comet.UntilPingAsync("ok");
    }

    [Fact]
    public async Task Ping_names_the_broker_when_it_is_down_later()
    {
        using var broker = new EmbeddedBroker(Topic);
        await using var comet = await CometProgram.StartAsync(Nowhere, broker.Brokers, Topic);
        await comet.UntilPingAsync("facade");

        broker.SetDown();

        await comet.UntilPingAsync("facade,broker");
    }

    [Fact]
    public async Task Stat_has_every_counter()
    {
        using var broker = new EmbeddedBroker(Topic);
        await using var comet = await CometProgram.StartAsync(Nowhere, broker.Brokers, Topic, "--Comet:ServerId=7");
        await comet.UntilPingAsync("facade");

        Assert.Equal(
            """{"server":7,"connections":0,"connects":0,"disconnects":{"client":0,"protocol":0,"handshake":0,"refused":0,"""
            + "\"unavailable\":0,\"noHeartbeat\":0,\"tooSlow\":0,\"stalled\":0,\"expired\":0,\"full\":0,\"notReady\":0,"
            + "\"heldTooMuch\":0,\"stop\":0,\"kicked\":0},\"delivered\":{\"multiple\":0,\"room\":0,\"broadcast\":0},"
            + "\"dropped\":{\"multiple\":0,\"room\":0,\"broadcast\":0},\"writes\":0,\"mergeFactor\":null,"
            + "\"bytes\":{\"sent\":0,\"received\":0},\"records\":{\"read\":0,\"skipped\":0,\"unreadable\":0,\"expired\":0},"
            + "\"offsetResets\":0,\"held\":{\"messages\":0,\"forgotten\":0},\"lagMs\":null}",
            await comet.Http.GetStringAsync("/monitor/stat"));
    }

    [Fact]
    public async Task Stat_counts_the_records_of_the_topic()
    {
        using var broker = new EmbeddedBroker(Topic);
        await using var comet = await CometProgram.StartAsync(Nowhere, broker.Brokers, Topic);
        await comet.UntilPingAsync("facade");
        using var producer = new TopicProducer(broker.Brokers, Topic);

        await producer.WriteAsync("no JSON");
        await producer.WriteAsync("""{"op":"server_del"}""");

        await Eventually.UntilAsync(async () => (await comet.Http.GetStringAsync("/monitor/stat"))
            .Contains("""{"read":0,"skipped":1,"unreadable":1,"expired":0}""", StringComparison.Ordinal));
        Assert.DoesNotContain("\"lagMs\":null", await comet.Http.GetStringAsync("/monitor/stat"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/monitor/ping")]
    [InlineData("/monitor/stat")]
    public async Task Other_methods_are_not_allowed(string route)
    {
        using var broker = new EmbeddedBroker(Topic);
        await using var comet = await CometProgram.StartAsync(Nowhere, broker.Brokers, Topic);

        using var answer = await comet.Http.PostAsync(route, new ByteArrayContent([]));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_port_of_its_own_alone_tells_how_a_comet_is()
    {
        using var broker = new EmbeddedBroker(Topic);
        var port = Ports.Next();
        var urls = $"http://127.0.0.1:{port};http://127.0.0.1:{Ports.Next()}";
        await using var comet = await CometProgram.StartAsync(
            Nowhere, broker.Brokers, Topic, $"--urls={urls}", $"--Comet:MonitorPort={port}");
        var addresses = comet.Banner.Split(' ', ',').Where(static word => word.StartsWith("http://", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, addresses.Length);

        foreach (var address in addresses)
        {
            var expected = new Uri(address).Port == port ? HttpStatusCode.OK : HttpStatusCode.NotFound;
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}/monitor/stat");
            request.Headers.Host = $"127.0.0.1:{port}";
            using var answer = await comet.Http.SendAsync(request);
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_monitor_port_that_nothing_listens_on_is_refused()
    {
        using var broker = new EmbeddedBroker(Topic);

        var refused = await Assert.ThrowsAsync<StartException>(
            () => CometProgram.StartAsync(Nowhere, broker.Brokers, Topic, "--Comet:MonitorPort=9"));

        Assert.StartsWith(
            "Comet__MonitorPort is 9: expected the port of an address that the comet listens on, http://127.0.0.1:",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_banner_says_where_clients_connect()
    {
        using var broker = new EmbeddedBroker(Topic);
        var port = Ports.Next();
        await using var comet = await CometProgram.StartAsync(
            Nowhere, broker.Brokers, Topic, "--Comet:ServerId=7", $"--Comet:TcpPort={port}");

        Assert.Equal(
            $"Comet 7 on http://{comet.Http.BaseAddress!.Authority} (WebSocket /sub), TCP 127.0.0.1:{port}. Ctrl+C stops it.",
            comet.Banner);
    }
}
