using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Telemetry;

/// <summary>What Prometheus gets from each program, as its users run it.</summary>
public sealed partial class PrometheusTests
{
    /// <summary>Many more than the requests that LocalHost makes and answers meanwhile.</summary>
    private const int Scrapes = 40;

    [Fact]
    public async Task LocalHost_counts_pushes_and_serves_its_comet_and_router_node_too()
    {
        var (metrics, tcp) = (Ports.Next(), Ports.Next());
        using var process = LocalHostProcess.Start(
            new Dictionary<string, string>
            {
                ["Comet__Embedded"] = "true",
                ["Comet__TcpPort"] = $"{tcp}",
                ["OTEL_EXPORTER_PROMETHEUS_PORT"] = $"{metrics}",
            },
            "--urls=http://127.0.0.1:0");
        using var http = new HttpClient
        {
            BaseAddress = new Uri(Address().Match(await process.ReadToAsync("Ctrl+C")).Value),
        };
        var comet = new Uri($"tcp://127.0.0.1:{tcp}");
        await CometHost.UntilReadyAsync(comet);
        using var client = await CometClient.ConnectAsync(comet, "42");

        const string Get = "rpc_method=\"goim.router.RouterRPC/Get\"";
        await http.PostAsync("/1/push?uid=42", new StringContent("one"));
        await client.ExpectAsync("one");
        await EventuallyAsync(metrics, scrape => scrape["goim_pushes_total", "otel_scope_name=\"Goim\""] == 1);
        await http.PostAsync("/1/push?uid=42&ack=broker", new StringContent("two"));
        await client.ExpectAsync("two");

        await EventuallyAsync(metrics, scrape => scrape["goim_pushes_total", "otel_scope_name=\"Goim\""] == 2
            && scrape["goim_records_total", "goim_record_outcome=\"acknowledged\""] == 1
            && scrape["goim_comet_messages_delivered_total", "goim_message_kind=\"multiple\""] == 2
            && scrape["goim_router_sessions"] == 1
            && scrape["rpc_client_call_duration_seconds_bucket", Get, "le=\"0.00025\""] <= 2
            && scrape["rpc_server_call_duration_seconds_bucket", Get, "le=\"0.00025\""] <= 2
            && scrape["target_info", "service_name=\"goim-functions\""] == 1);
        Assert.Superset(DocumentedNames(), (await Scrape.OfAsync(metrics)).Names.ToHashSet());
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/metrics")).StatusCode);
    }

    [Fact]
    public async Task A_router_node_serves_its_metrics()
    {
        var (setting, port) = Scrape.NewPort();
        await using var node = await RouterProcess.StartAsync(null, [setting]);

        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });

        const string Put = "rpc_method=\"goim.router.RouterRPC/Put\"";
        await EventuallyAsync(port, scrape => scrape["goim_router_users"] == 1
            && scrape["rpc_server_call_duration_seconds_count", Put] == 1
            && scrape["rpc_server_call_duration_seconds_bucket", Put, "le=\"0.00025\""] is 0 or 1
            && scrape["target_info", "service_name=\"goim-router\""] == 1);
        using var http = new HttpClient
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"{node.Address}/metrics")).StatusCode);
    }

    [Fact]
    public async Task A_comet_serves_its_metrics_until_it_stops()
    {
        var (setting, port) = Scrape.NewPort();
        await using var host = await TestHost.StartAsync();
        using var comet = await CometProcess.StartAsync(host, null, setting, "--Comet:DrainTime=00:00:00");
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");

        await host.PushAsync("push/room?rid=1", "m");
        await client.ExpectAsync("m");

        await EventuallyAsync(port, scrape => scrape["goim_comet_messages_delivered_total", "goim_message_kind=\"room\""] == 1
            && scrape["goim_comet_topic_lag_milliseconds_count"] == 1
            && scrape["goim_comet_connections"] == 1
            && scrape["target_info", "service_name=\"goim-comet\""] == 1);
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(comet.Http, "/metrics"))).StatusCode);
        Assert.Equal(0, await comet.StopAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(Scrape.Address(port)));
    }

    [Fact]
    public async Task The_worker_serves_its_metrics()
    {
        var port = Ports.Next();
        using var worker = new WorkerProcess(("OTEL_EXPORTER_PROMETHEUS_PORT", $"{port}"));

        await worker.UntilConnectedAsync();

        Assert.Equal(1, (await Scrape.OfAsync(port))["target_info", "service_name=\"goim-functions\""]);
    }

    [Fact]
    public async Task A_scrape_is_no_span_for_a_collector()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await Collector.StartAsync(received);
        var (setting, port) = Scrape.NewPort();
        using var process = LocalHostProcess.Start(
            new Dictionary<string, string> { ["OTEL_BSP_SCHEDULE_DELAY"] = "200" },
            ["--urls=http://127.0.0.1:0", setting, .. Collector.Settings(collector)]);
        var address = Address().Match(await process.ReadToAsync("Ctrl+C")).Value;

        for (var i = 0; i < Scrapes; i++)
        {
            await Scrape.OfAsync(port);
        }

        using var http = new HttpClient();
        await http.PostAsync($"{address}/1/push?uid=42", new StringContent("m"));

        await Eventually.UntilAsync(() => received.TryGetValue("/v1/traces", out var spans)
            && spans.Contains("goim.router.RouterRPC/Get", StringComparison.Ordinal));
        Assert.InRange(received["/v1/traces"].Split("Microsoft.AspNetCore.Hosting.HttpRequestIn").Length - 1, 1, Scrapes - 1);
        await Eventually.UntilAsync(() => received.TryGetValue("/v1/metrics", out var metrics)
            && metrics.Contains("goim.router.sessions", StringComparison.Ordinal));
    }

    private static Task EventuallyAsync(int port, Func<Scrape, bool> condition) =>
        Eventually.UntilAsync(async () => condition(await Scrape.OfAsync(port)));

    // The second column of the table of names.
    private static HashSet<string> DocumentedNames() =>
    [
        .. File.ReadAllText(Path.Combine(DocumentationTests.Repository(), "docs", "settings.md"))
            .Split("| metric | at Prometheus |\n|---|---|\n")[1].Split("\n\n")[0].Split('\n')
            .SelectMany(static row => Name().Matches(row.Split('|')[2])).Select(static name => name.Groups["name"].Value),
    ];

    [GeneratedRegex("`(?<name>[a-z_]+)")]
    private static partial Regex Name();

    [GeneratedRegex("http://127.0.0.1:[0-9]+(?=/1/push)")]
    private static partial Regex Address();
}
