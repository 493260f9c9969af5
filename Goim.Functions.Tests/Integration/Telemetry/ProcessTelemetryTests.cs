using System.Collections.Concurrent;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Microsoft.AspNetCore.Builder;

namespace Goim.Functions.Tests.Integration.Telemetry;

/// <summary>What a collector gets from a comet and a router node, as their users run them.</summary>
public sealed class ProcessTelemetryTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, string> received = new();
    private WebApplication collector = null!;

    public async Task InitializeAsync() => collector = await Collector.StartAsync(received);

    public async Task DisposeAsync() => await collector.DisposeAsync();

    [Fact]
    public async Task A_comet_exports_its_metrics_and_the_last_ones_when_it_stops()
    {
        await using var host = await TestHost.StartAsync();
        using var comet = await CometProcess.StartAsync(host, null, [.. Collector.Settings(collector), "--Comet:DrainTime=00:00:00"]);
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");
        await host.PushAsync("push/room?rid=1", "m");
        await client.ExpectAsync("m");

        await Eventually.UntilAsync(() => Metrics(
            "goim-comet", $"{Environment.MachineName}-", "goim.comet.topic.lag", "goim.comet.connects"));
        received.Clear();
        Assert.Equal(0, await comet.StopAsync());
        Assert.True(Metrics("goim.comet.disconnects"));
    }

    [Fact]
    public async Task A_router_node_exports_its_metrics()
    {
        await using var node = await RouterProcess.StartAsync(null, Collector.Settings(collector));
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });

        await Eventually.UntilAsync(() => Metrics(
            "goim-router", $"{Environment.MachineName}-", "rpc.server.call.duration", "goim.router.RouterRPC/Put", "goim.router.users"));
    }

    [Fact]
    public async Task LocalHost_exports_those_of_its_comet_and_router_node_too()
    {
        await using var host = await CometHost.StartAsync(Collector.Settings(collector));

        await Eventually.UntilAsync(() => Metrics(
            "goim-functions", "goim.comet.connections", "goim.router.sessions", "rpc.client.call.duration"));
    }

    private bool Metrics(params string[] texts) => received.TryGetValue("/v1/metrics", out var bodies)
        && Array.TrueForAll(texts, text => bodies.Contains(text, StringComparison.Ordinal));
}
