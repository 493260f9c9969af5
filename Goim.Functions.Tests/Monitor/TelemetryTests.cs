using System.Collections.Concurrent;
using System.Text;
using Goim.Functions.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Monitor;

/// <summary>What a collector gets over OpenTelemetry's protocol.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task A_collector_gets_the_spans_metrics_and_logs_of_a_push()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await CollectorAsync(received);
        await using var host = await TestHost.StartAsync(
            $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Urls.First()}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            "--OTEL_METRIC_EXPORT_INTERVAL=200", "--OTEL_BSP_SCHEDULE_DELAY=200", "--OTEL_BLRP_SCHEDULE_DELAY=200", "--Logging:LogLevel:Goim=Warning");
        await host.Nodes["1"].PutAsync(42, 1, 3, 1);

        await host.PostAsync("/1/push?uid=42", "m");
        await host.Nodes["1"].DisposeAsync();
        await host.PostAsync("/1/push?uid=42", "m");

        await Eventually.UntilAsync(() => Task.FromResult(
            Holds("/v1/traces", "goim.router.RouterRPC/Get") && Holds("/v1/traces", $"send {host.Topic}")
            && Holds("/v1/metrics", "goim.pushes") && Holds("/v1/metrics", "goim.records") && Holds("/v1/metrics", "rpc.client.call.duration")
            && Holds("/v1/logs", "failed a call")));

        bool Holds(string signal, string text) => received.TryGetValue(signal, out var bodies) && bodies.Contains(text, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> CollectorAsync(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collector = builder.Build();
        collector.Map("/v1/{signal}", async http =>
        {
            // Protocol buffers hold texts as they are.
            using var body = new StreamReader(http.Request.Body, Encoding.Latin1);
            var text = await body.ReadToEndAsync();
            received.AddOrUpdate(http.Request.Path, text, (_, earlier) => earlier + text);
        });
        await collector.StartAsync();
        return collector;
    }
}
