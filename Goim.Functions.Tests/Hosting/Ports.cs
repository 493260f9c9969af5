using System.Net;
using System.Net.Sockets;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// Ports for what a test stops while others look for it. Those that the system gives out may be another test's a moment later; these are
/// below them, and none is given twice by this process.
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
                // Taken: the next one.
            }
        }
    }
}
