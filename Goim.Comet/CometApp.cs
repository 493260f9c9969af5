using Goim.Comet.Clients;
using Goim.Comet.Counters;
using Goim.Comet.Pages;
using Goim.Comet.Registration;
using Goim.Comet.Settings;
using Goim.Comet.Status;
using Goim.Kafka;
using Goim.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Goim.Comet;

/// <summary>
/// A comet as a process of its own: clients over WebSocket at <c>/sub</c> and over TCP, <c>/monitor/ping</c> and <c>/monitor/stat</c>.
/// </summary>
internal static class CometApp
{
    /// <summary>The address that a comet listens on, unless <c>--urls</c> or <c>ASPNETCORE_URLS</c> sets another.</summary>
    public const string DefaultUrl = "http://localhost:8090";

    /// <summary>Name of an endpoint in <c>Kestrel__Endpoints</c> for clients over TCP, which may have TLS.</summary>
    private const string TcpEndpoint = "Tcp";

    /// <summary>Files that a comet opens beside the connections of its clients.</summary>
    private const int ReservedFiles = 200;

    /// <summary>What a stop may take beside the closing of the connections.</summary>
    internal static readonly TimeSpan StopTime = TimeSpan.FromSeconds(10);

    /// <summary>Builds a comet from command line and environment variables. The caller starts it.</summary>
    /// <param name="args">Command line arguments.</param>
    /// <param name="configure">Runs last, before the app is built.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        OpenFiles.Check();
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches(args));
        var options = SettingsBinder.Read<CometOptions>(builder.Configuration.GetSection(CometOptions.Section));
        ConfigureKestrel(builder, options);
        SetLogLevels(builder.Logging);
        builder.Services.AddKafka(static kafka => [kafka.Topic]).AddComet(OpenFiles.Free() - ReservedFiles);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTime + StopTime);
        builder.Services.AddHostedService<MemoryTrim>();
        configure?.Invoke(builder);

        var app = builder.Build();

        // Warns now, not when the first client connects.
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<ConnectionPlaces>());
        app.UseWebSocketClients(app.Services.GetRequiredService<WebSocketClients>);
        app.MapMonitor(options.MonitorPort);
        app.MapClientModule();
        return app;
    }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="StartException">No address has <c>Comet__MonitorPort</c>.</exception>
    public static async Task StartAsync(WebApplication app)
    {
        await app.StartAsync();
        var port = app.Services.GetRequiredService<IOptions<CometOptions>>().Value.MonitorPort;
        if (port != 0 && !app.Urls.Any(url => BindingAddress.Parse(url).Port == port))
        {
            await app.StopAsync();
            throw new StartException(
                $"Comet__MonitorPort is {port}: expected the port of an address that the comet listens on, {string.Join(", ", app.Urls)}.");
        }
    }

    /// <summary>What a comet that has started says.</summary>
    public static string Banner(WebApplication app)
    {
        var server = app.Services.GetRequiredService<Registrar>().ServerId;
        var tcp = app.Services.GetRequiredService<TcpListener>().Address is { } address ? $", TCP {address["tcp://".Length..]}" : "";
        return $"Comet {server} on {string.Join(", ", app.Urls)} (WebSocket /sub){tcp}. Ctrl+C stops it.";
    }

    private static void ConfigureKestrel(WebApplicationBuilder builder, CometOptions options)
    {
        builder.Services.Configure<SocketTransportOptions>(static sockets => sockets.MaxReadBufferSize = TcpListener.ReadBufferBytes);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.KeepAliveTimeout = options.HandshakeTimeout;
            kestrel.Limits.RequestHeadersTimeout = options.HandshakeTimeout;
            kestrel.ConfigureHttpsDefaults(https => https.HandshakeTimeout = options.HandshakeTimeout);
            kestrel.ConfigureEndpointDefaults(endpoint =>
            {
                // Over HTTP/2 a browser would open WebSockets in a way that needs more of a comet.
                endpoint.Protocols = HttpProtocols.Http1;
                endpoint.Use(endpoint.ApplicationServices.GetRequiredService<SocketLimit>().Limit);
                var first = endpoint.ApplicationServices.GetRequiredService<FirstRequest>();
                endpoint.Use(next => connection => first.RunAsync(connection, next));
            });

            // In place of the builder's own call, which has the files of certificates watched.
            kestrel.Configure(builder.Configuration.GetSection("Kestrel"), reloadOnChange: false).Endpoint(TcpEndpoint, static endpoint =>
            {
                // Kestrel would add TLS behind the handler.
                if (endpoint.IsHttps)
                {
                    endpoint.ListenOptions.UseHttps(endpoint.HttpsOptions);
                }

                endpoint.ListenOptions.UseConnectionHandler<TcpClients>();
            });
        });
        ListenUrls.Check(builder.Configuration, "http", "https");
        KestrelCertificates.Check(builder.Configuration);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }
    }

    private static void SetLogLevels(ILoggingBuilder logging)
    {
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // With this category on, ASP.NET Core creates an activity and a log scope for each request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // Program reports why a start failed.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }
}
