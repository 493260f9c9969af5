using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Goim.Comet;
using Goim.Functions.Tests.Hosting;
using Goim.Router;

namespace Goim.Functions.Tests.Integration.Telemetry;

/// <summary>The port for Prometheus: where it is, what it refuses, and how it ends.</summary>
public sealed class PrometheusPortTests
{
    private const string Setting = "OTEL_EXPORTER_PROMETHEUS_PORT", HostSetting = "OTEL_EXPORTER_PROMETHEUS_HOST";

    [Fact]
    public async Task Without_the_setting_there_is_no_port()
    {
        await using var node = await RouterProcess.StartAsync();

        Assert.Equal([new Uri(node.Address).Authority], ListeningSockets.Of(node.ProcessId));
    }

    [Theory]
    [InlineData("", "127.0.0.1", "[::1]")]
    [InlineData("127.0.0.2", "127.0.0.2")]
    [InlineData("::1", "[::1]")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("*", "[::]")]
    public async Task It_is_at_the_address_of_the_setting_and_on_loopback_without(string host, params string[] addresses)
    {
        var port = Ports.Next();
        using var worker = new WorkerProcess((Setting, $"{port}"), (HostSetting, host));
        await worker.UntilConnectedAsync();

        Assert.Equal(
            addresses.Select(address => $"{address}:{port}").Order(StringComparer.Ordinal),
            ListeningSockets.Of(worker.ProcessId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_the_start_of_every_program_with_a_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var sentence = $"{Setting} is {port}: Address already in use.\n";
        var settings = new Dictionary<string, string> { [Setting] = $"{port}" };

        using var host = LocalHostProcess.Start(settings, "--urls=http://127.0.0.1:0");
        Assert.Equal((1, "", sentence), await host.EndAsync());
        using var worker = new WorkerProcess((Setting, $"{port}"));
        await AssertEndAsync(worker, sentence);
        Assert.Equal((1, sentence), await RunAsync(typeof(RouterNode), settings));
        Assert.Equal((1, sentence), await RunAsync(typeof(CometApp), settings));
    }

    [Fact]
    public async Task An_address_of_another_machine_ends_the_start_with_a_sentence()
    {
        using var worker = new WorkerProcess((Setting, $"{Ports.Next()}"), (HostSetting, "192.0.2.1"));

        await AssertEndAsync(worker, $"{HostSetting} is '192.0.2.1': Cannot assign requested address.\n");
    }

    [Fact]
    public async Task Other_paths_methods_and_hosts_are_refused()
    {
        var (setting, port) = Scrape.NewPort();
        await using var host = await TestHost.StartAsync(setting);
        var at = Scrape.Address(port);

        Assert.Equal(404, (await RawHttp.SendAsync(at, "GET", "/", [])).Status);
        Assert.Equal(404, (await RawHttp.SendAsync(at, "GET", "/metrics/x", [])).Status);
        Assert.Equal(404, (await RawHttp.SendAsync(at, "GET", "/1/push?uid=42", [])).Status);
        foreach (var method in new[] { "POST", "PUT", "DELETE", "OPTIONS" })
        {
            var refused = await RawHttp.SendAsync(at, method, "/metrics", []);
            Assert.Equal((405, "GET, HEAD", ""), (refused.Status, refused.Headers["Allow"], refused.Body));
        }

        Assert.Equal(421, (await RawHttp.SendAsync(at, "GET", "/metrics", [], "Host: rebound.example")).Status);
        Assert.Equal(200, (await RawHttp.SendAsync(at, "GET", "/metrics", [], $"Host: localhost:{port}")).Status);
        Assert.Equal(200, (await RawHttp.SendWithoutHostAsync(at, "GET", "/metrics", [])).Status);
        Assert.Equal(200, (await RawHttp.SendAsync(at, "HEAD", "/metrics", [])).Status);
    }

    [Fact]
    public async Task Connections_that_break_off_or_are_too_many_do_not_end_it()
    {
        var (setting, port) = Scrape.NewPort();
        await using var host = await TestHost.StartAsync(setting);
        for (var i = 0; i < 50; i++)
        {
            using var leaving = new TcpClient("127.0.0.1", port) { LingerState = new LingerOption(true, 0) };
            await leaving.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        }

        var idle = Enumerable.Range(0, 76).Select(_ => new TcpClient("127.0.0.1", port)).ToList();
        await Eventually.UntilAsync(async () => (await Task.WhenAll(idle.Select(IsClosedAsync))).Count(static closed => closed) >= 12);
        idle.ForEach(static connection => connection.Dispose());

        await Eventually.UntilAsync(async () =>
        {
            try
            {
                return (await Scrape.OfAsync(port)).Names.Contains("goim_router_sessions");
            }
            catch (HttpRequestException)
            {
                return false; // Kestrel has not seen the end of all the connections yet.
            }
        });
    }

    [Fact]
    public async Task An_open_connection_does_not_keep_a_process_from_its_end()
    {
        var port = Ports.Next();
        using var process = LocalHostProcess.Start(
            new Dictionary<string, string> { [Setting] = $"{port}" }, "--urls=http://127.0.0.1:0");
        await process.ReadToAsync("Ctrl+C");
        using var scraper = new TcpClient("127.0.0.1", port);
        await scraper.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\n"u8.ToArray());

        process.CtrlC();

        Assert.Equal((0, "", ""), await process.EndAsync());
    }

    // A warning about the broker may come first.
    private static async Task AssertEndAsync(WorkerProcess worker, string sentence)
    {
        var (code, error) = await worker.EndAsync();
        Assert.Equal(1, code);
        Assert.EndsWith($"Start failed: {sentence}", error, StringComparison.Ordinal);
    }

    private static Task<bool> IsClosedAsync(TcpClient connection) => Task.FromResult(
        connection.Client.Poll(0, SelectMode.SelectRead) && connection.Available == 0);

    private static async Task<(int Code, string Error)> RunAsync(Type program, Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [program.Assembly.Location, "--urls=http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["KafkaBrokers"] = "127.0.0.1:1", ["Comet__Api"] = "http://127.0.0.1:1", ["Comet__TcpPort"] = "0",
                [Setting] = settings[Setting],
            },
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        Assert.DoesNotContain("Exception", await output, StringComparison.Ordinal);
        return (process.ExitCode, error);
    }
}
