using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Goim.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Takes what is exported over HTTP, and keeps it as text.</summary>
internal static class Collector
{
    /// <summary>Settings of a process that exports to it often.</summary>
    public static string[] Settings(WebApplication collector) =>
    [
        $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Urls.First()}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        "--OTEL_METRIC_EXPORT_INTERVAL=200",
    ];

    /// <param name="received">Takes what was received, by path.</param>
    public static async Task<WebApplication> StartAsync(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches());
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collector = builder.Build();
        collector.MapFallback(async http =>
        {
            // Protocol buffers and JSON both contain strings unencoded.
            await using var plain = http.Request.Headers.ContentEncoding == "gzip"
                ? new GZipStream(http.Request.Body, CompressionMode.Decompress)
                : http.Request.Body;
            using var body = new StreamReader(plain, Encoding.Latin1);
            var text = await body.ReadToEndAsync();
            received.AddOrUpdate(http.Request.Path, text, (_, earlier) => earlier + text);
        });
        await collector.StartAsync();
        return collector;
    }
}
