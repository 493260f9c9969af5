using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Ends TLS in front of a server, as an ingress does.</summary>
internal sealed class TlsProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly TestCertificates certificates = new();
    private readonly Uri server;

    public TlsProxy(Uri server)
    {
        this.server = server;
        listener.Start();
        _ = AcceptAsync();
    }

    public string Authority => $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>PEM of the authority.</summary>
    public string CaFile => certificates.AuthorityFile;

    public void Dispose()
    {
        listener.Dispose();
        certificates.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassOnAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task PassOnAsync(TcpClient client)
    {
        using (client)
        using (var behind = new TcpClient())
        {
            try
            {
                await using var outer = new SslStream(client.GetStream());
                await outer.AuthenticateAsServerAsync(certificates.Server);
                await behind.ConnectAsync(server.Host, server.Port);
                await Task.WhenAny(outer.CopyToAsync(behind.GetStream()), behind.GetStream().CopyToAsync(outer));
            }
            catch (IOException)
            {
                // One side has left.
            }
        }
    }
}
