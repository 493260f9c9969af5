using System.Net;
using System.Net.Sockets;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>Sockets that connect to a comet and send nothing.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class SilentSocketTests
{
    /// <summary>Sockets that a comet takes beyond its places.</summary>
    private const int More = 100;

    [Fact]
    public async Task Those_that_are_too_many_are_closed()
    {
        await using var host = await TestHost.StartAsync();
        using var comet = await CometProcess.StartAsync(host, null, "--Comet:MaxConnections=10", "--Comet:HandshakeTimeout=00:05:00");
        var sockets = await ConnectAsync(comet.Http, 10 + More + 30);

        await Eventually.UntilAsync(() => sockets.Count(IsClosed) >= 30);

        Assert.InRange(sockets.Count(IsClosed), 30, 35);
        Array.ForEach(sockets, static socket => socket.Dispose());
        await CometHost.UntilReadyAsync(comet.Tcp);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("tcp")]
    public async Task They_are_closed_after_the_handshake_timeout(string scheme)
    {
        await using var host = await TestHost.StartAsync();
        using var comet = await CometProcess.StartAsync(host, null, "--Comet:HandshakeTimeout=00:00:02");
        var sockets = await ConnectAsync(scheme == "tcp" ? comet.Tcp : comet.Http, 3);

        await Eventually.UntilAsync(() => Task.FromResult(sockets.All(IsClosed)), TimeSpan.FromSeconds(30));
    }

    private static async Task<Socket[]> ConnectAsync(Uri address, int count)
    {
        var sockets = new Socket[count];
        for (var i = 0; i < count; i++)
        {
            sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await sockets[i].ConnectAsync(IPAddress.Loopback, address.Port);
            }
            catch (SocketException closed) when (closed.SocketErrorCode == SocketError.ConnectionReset)
            {
                // The comet accepted and closed it before this side saw that it was connected.
            }
        }

        return sockets;
    }

    private static bool IsClosed(Socket socket)
    {
        if (!socket.Connected)
        {
            return true;
        }

        var buffer = new byte[1_000];
        try
        {
            while (socket.Poll(0, SelectMode.SelectRead))
            {
                if (socket.Receive(buffer) == 0)
                {
                    return true;
                }
            }

            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
