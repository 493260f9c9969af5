using System.Net;
using System.Net.Sockets;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// Ports for servers that a test stops and starts again. A port that the system assigns may go to another test meanwhile; these are below
/// that range, and this process returns each only once.
/// </summary>
internal static class Ports
{
    private static int last = 12_000 + (Environment.ProcessId % 6_000);

    /// <summary>A port of 127.0.0.1 that nothing listens on.</summary>
    public static int Next()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Interlocked.Increment(ref last));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // In use: tries the next port.
            }
        }
    }
}
