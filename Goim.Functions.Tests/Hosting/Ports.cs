using System.Net;
using System.Net.Sockets;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// Ports for servers that a test stops and starts again. A port that the system assigns may go to another test meanwhile; these are below
/// that range, and are returned once each: a process has a block of ports for itself.
/// </summary>
internal static class Ports
{
    private const int First = 12_000, Blocks = 3, BlockSize = 2_500;

    // The file of the block is locked until the process ends.
    private static readonly (int Start, FileStream Lock) Block = TakeBlock();
    private static int taken;

    /// <summary>A port of 127.0.0.1 that nothing listens on.</summary>
    public static int Next()
    {
        while (true)
        {
            var number = Interlocked.Increment(ref taken);
            Assert.True(number <= BlockSize, $"all {BlockSize} ports of this process are taken");
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Block.Start + number - 1);
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // In use: tries the next port.
            }
        }
    }

    private static (int Start, FileStream Lock) TakeBlock()
    {
        for (var block = 0; block < Blocks; block++)
        {
            try
            {
                var path = Path.Combine(Path.GetTempPath(), $"goim-test-ports-{block}");
                return (First + (block * BlockSize), new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None));
            }
            catch (Exception held) when (held is IOException or UnauthorizedAccessException)
            {
                // Another process has it, perhaps another user's.
            }
        }

        throw new InvalidOperationException($"{Blocks} processes run these tests already");
    }
}
