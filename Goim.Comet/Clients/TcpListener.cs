using System.Net;
using System.Net.Sockets;
using Goim.Comet.Settings;
using Goim.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Clients;

/// <summary>
/// Listens for clients over TCP on <c>Comet__TcpPort</c>, on the host of the first of <c>urls</c>. It is a Kestrel of its own, since
/// Kestrel ignores <c>urls</c> if it is given another endpoint.
/// </summary>
internal sealed class TcpListener(
    IOptions<CometOptions> options,
    IConfiguration configuration,
    TcpPortInUse whenInUse,
    SocketLimit sockets,
    IServiceProvider services,
    ILoggerFactory loggers) : IHostedService, IDisposable
{
    /// <summary>Most bytes of a client that have arrived and are not read yet.</summary>
    public const int ReadBufferBytes = 64 * 1024;

    private KestrelServer? server;

    /// <summary>Where clients connect, <c>tcp://host:port</c>. Null if there is no port for TCP.</summary>
    public string? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.TcpPort == 0)
        {
            return;
        }

        try
        {
            await ListenAsync(options.Value.TcpPort, cancellationToken);
        }
        catch (IOException inUse) when (inUse.InnerException is AddressInUseException && whenInUse.TakesAnother)
        {
            server!.Dispose();
            await ListenAsync(0, cancellationToken);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            throw new StartException(
                $"Comet__TcpPort is {options.Value.TcpPort}: expected a port that is free and that this user may listen on.", refused);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose() => server?.Dispose();

    private async Task ListenAsync(int port, CancellationToken cancellationToken)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = services };
        var host = ListenUrls.Hosts(configuration).FirstOrDefault() ?? (string.IsNullOrEmpty(configuration["urls"]) ? "localhost" : "*");
        if (IPAddress.TryParse(host.TrimStart('[').TrimEnd(']'), out var address))
        {
            kestrel.Listen(address, port, Handle);
        }
        else if (host != "localhost")
        {
            kestrel.ListenAnyIP(port, Handle);
        }
        else if (port == 0)
        {
            kestrel.Listen(IPAddress.Loopback, 0, Handle);
        }
        else
        {
            kestrel.ListenLocalhost(port, Handle);
        }

        server = new KestrelServer(
            Options.Create(kestrel),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions { MaxReadBufferSize = ReadBufferBytes }), loggers),
            loggers);
        await server.StartAsync(new NoHttp(), cancellationToken);
        var bound = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Address = $"tcp://{bound.Host}:{bound.Port}";

        void Handle(ListenOptions listen) => listen.Use(sockets.Limit).UseConnectionHandler<TcpClients>();
    }

    /// <summary>The connection handler takes every connection, so no HTTP request arrives.</summary>
    private sealed class NoHttp : IHttpApplication<object>
    {
        public object CreateContext(IFeatureCollection contextFeatures) => throw new NotSupportedException();

        public Task ProcessRequestAsync(object context) => throw new NotSupportedException();

        public void DisposeContext(object context, Exception? exception) => throw new NotSupportedException();
    }
}

/// <summary>What to do if <c>Comet__TcpPort</c> is in use.</summary>
/// <param name="TakesAnother">Whether a free port is taken instead. Otherwise the process does not start.</param>
internal sealed record TcpPortInUse(bool TakesAnother);
