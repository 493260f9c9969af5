using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Goim.Functions.Tests.Integration.Telemetry;

/// <summary>What a collector gets over OpenTelemetry's protocol.</summary>
public sealed partial class TelemetryTests
{
    private const int LoggedPushes = 40;

    [Fact]
    public async Task A_collector_gets_the_spans_metrics_and_logs_of_a_push()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await Collector.StartAsync(received);
        await using var host = await TestHost.StartAsync(
            $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Urls.First()}",
            "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            "--OTEL_METRIC_EXPORT_INTERVAL=200",
            "--OTEL_BSP_SCHEDULE_DELAY=200",
            "--OTEL_BLRP_SCHEDULE_DELAY=200",
            "--Logging:LogLevel:Goim=Warning");
        await host.Nodes["1"].PutAsync(42, 1, 3, 1);

        await host.PostAsync("/1/push?uid=42", "m");
        await host.Nodes["1"].DisposeAsync();
        await host.PostAsync("/1/push?uid=42", "m");

        await Eventually.UntilAsync(() => Task.FromResult(
            Holds("/v1/traces", "goim.router.RouterRPC/Get") && Holds("/v1/traces", $"send {host.Topic}")
            && Holds("/v1/metrics", "goim.pushes") && Holds("/v1/metrics", "goim.records")
            && Holds("/v1/metrics", "rpc.client.call.duration")
            && Holds("/v1/logs", "failed a call")));

        bool Holds(string signal, string text) =>
            received.TryGetValue(signal, out var bodies) && bodies.Contains(text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Application_Insights_gets_them_and_the_logs_of_every_request_however_few_are_sampled()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var insights = await Collector.StartAsync(received);
        var fault = new Fault();
        fault.FailNext(int.MaxValue);
        await using var node = await Fault.StartNodeAsync(fault);
        await using (var host = await TestHost.StartAsync(
            [],
            [
                $"--Router:Nodes:1={node.Address}", "--Logging:LogLevel:Goim=Warning",
                $"--APPLICATIONINSIGHTS_CONNECTION_STRING=InstrumentationKey={Guid.NewGuid()};"
                    + $"IngestionEndpoint={insights.Urls.First()}/;LiveEndpoint={insights.Urls.First()}/",
            ]))
        {
            await host.PostAsync("/1/push/all", "m");
            for (var userId = 0; userId < LoggedPushes; userId++)
            {
                (await host.PostAsync($"/1/push?uid={userId}", "m")).IsRefused("router node 1");
            }

            // A stop also sends what is left, but only within some seconds.
            var (services, limit) = (host.App.Services, (int)Eventually.Limit.TotalMilliseconds);
            Assert.True(services.GetRequiredService<MeterProvider>().ForceFlush(limit));
            Assert.True(services.GetRequiredService<LoggerProvider>().ForceFlush(limit));

            // It is chance which spans are sampled. The workbook finds the router calls among AppDependencies by this name.
            await Eventually.UntilAsync(async () =>
            {
                (await host.PostAsync("/1/push?uid=1", "m")).IsRefused("router node 1");
                Assert.True(services.GetRequiredService<TracerProvider>().ForceFlush(limit));
                return received.TryGetValue("/v2.1/track", out var sent) && RouterCall().IsMatch(sent);
            });
        }

        var bodies = received["/v2.1/track"];
        Assert.Contains("goim.pushes", bodies, StringComparison.Ordinal);
        Assert.Contains("rpc.client.call.duration", bodies, StringComparison.Ordinal);
        Assert.InRange(Occurrences(bodies, "failed a call"), LoggedPushes, int.MaxValue);
    }

    [GeneratedRegex("""RemoteDependencyData","baseData":{[^{}]*"name":"goim[.]router[.]RouterRPC/Get""")]
    private static partial Regex RouterCall();

    private static int Occurrences(string text, string part) => text.Split(part).Length - 1;
}
