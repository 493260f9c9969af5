using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Goim.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace Goim.Telemetry;

/// <summary>
/// GET /metrics for Prometheus, on a port of its own. The ports that clients and callers reach have no such path.
/// </summary>
/// <remarks>
/// On Kestrel in every process, also in the worker. <see cref="HttpListener"/> takes neither 0.0.0.0 nor an IPv6 address on Linux, bounds
/// no connections, and OpenTelemetry's exporter on it answers every method.
/// </remarks>
internal sealed class PrometheusEndpoint(MeterProvider meters, IOptions<TelemetryOptions> telemetry)
    : IHostedLifecycleService, IAsyncDisposable
{
    private const string Path = "/metrics";

    /// <summary>Prometheus keeps one connection, a pair of them two. Further connections are closed at once.</summary>
    private const int MaxConnections = 64;

    /// <summary>Also the longest wait for the first byte of a connection. Prometheus fetches once a minute by default.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(5);

    private readonly TelemetryOptions settings = telemetry.Value;
    private readonly bool isLoopback = telemetry.Value.IsPrometheusLoopback;
    private WebApplication? app;

    /// <summary>Starts to listen, before anything else of the process starts.</summary>
    /// <exception cref="StartException">The process cannot listen there.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // Reads no settings and writes no log.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);

        // In place of ASP.NET Core's source, whose spans LocalHost exports: a scrape is no span.
        builder.Services.AddSingleton(new ActivitySource(typeof(PrometheusEndpoint).FullName!));
        app = builder.Build();
        app.Use(RefuseOthers);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(meters, predicate: null, Path, configureBranchedPipeline: null, optionsName: null);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception refused) when (refused is SocketException or IOException)
        {
            throw new StartException($"{Refused(refused)}.", refused);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Closes all connections at once, when all else has stopped: a scrape must not delay the end of the process.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) =>
        app?.StopAsync(new CancellationToken(canceled: true)) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.KeepAliveTimeout = KeepAlive;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        var port = int.Parse(settings.PrometheusPort!, CultureInfo.InvariantCulture);
        switch (settings.PrometheusHost)
        {
            case TelemetryOptions.Loopback:
                kestrel.ListenLocalhost(port);
                break;
            case TelemetryOptions.EveryAddress:
                kestrel.ListenAnyIP(port);
                break;
            default:
                kestrel.Listen(IPAddress.Parse(settings.PrometheusHost), port);
                break;
        }
    }

    // The exporter answers every method, and every path that begins with its own.
    private Task RefuseOthers(HttpContext context, RequestDelegate next)
    {
        var (request, response) = (context.Request, context.Response);
        response.StatusCode = request switch
        {
            _ when IsRebound(request.Host) => StatusCodes.Status421MisdirectedRequest,
            { Path.Value: not Path } => StatusCodes.Status404NotFound,
            { Method: not "GET" and not "HEAD" } => StatusCodes.Status405MethodNotAllowed,
            _ => StatusCodes.Status200OK,
        };
        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            response.Headers.Allow = "GET, HEAD";
        }

        return response.StatusCode == StatusCodes.Status200OK ? next(context) : Task.CompletedTask;
    }

    // DNS rebinding: the name of a web page's host has become a loopback address. A page cannot take an address as its host's name.
    private bool IsRebound(HostString host) => isLoopback && host.HasValue
        && !host.Host.Equals(TelemetryOptions.Loopback, StringComparison.OrdinalIgnoreCase) && !IPAddress.TryParse(host.Host, out _);

    private string Refused(Exception refused) => refused.GetBaseException() switch
    {
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } cause =>
            $"{TelemetryOptions.PrometheusHostName} is '{settings.PrometheusHost}': {cause.Message}",
        SocketException cause => $"{TelemetryOptions.PrometheusPortName} is {settings.PrometheusPort}: {cause.Message}",

        // At localhost, where both addresses have failed.
        _ => $"{TelemetryOptions.PrometheusPortName} is {settings.PrometheusPort}: {refused.Message.TrimEnd('.')}",
    };
}
