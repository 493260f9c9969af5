using System.Net;
using System.Net.Sockets;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A bad network between clients and a comet: a TCP endpoint that holds bytes, passes them one at a time, or cuts.</summary>
internal sealed class NetworkProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource leave = new();
    private volatile TaskCompletionSource? held;
    private int left = int.MaxValue;

    /// <param name="target">Where the comet listens.</param>
    public NetworkProxy(Uri target)
    {
        Target = target;
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where connections from now on lead.</summary>
    public Uri Target { get; set; }

    /// <summary>Whether bytes are passed one at a time.</summary>
    public bool IsSlow { get; set; }

    /// <summary>The comet's address, with the proxy in its place.</summary>
    public Uri Url => new UriBuilder(Target) { Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri;

    /// <summary>Nothing passes in either direction until <see cref="Release"/>.</summary>
    public void Hold() => held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        held?.TrySetResult();
        held = null;
    }

    /// <summary>Ends the connection that passes this many more bytes to a client.</summary>
    public void CutAfter(int bytes) => Volatile.Write(ref left, bytes);

    public void Dispose()
    {
        leave.Cancel();
        listener.Dispose();
        Release();
        leave.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await listener.AcceptTcpClientAsync(leave.Token));
            }
        }
        catch (Exception ended) when (IsEnd(ended))
        {
            // The test has ended.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var comet = new TcpClient { NoDelay = true })
        {
            try
            {
                client.NoDelay = true;
                await comet.ConnectAsync(Target.Host, Target.Port, leave.Token);
                await await Task.WhenAny(
                    CopyAsync(client.GetStream(), comet.GetStream(), static count => count),
                    CopyAsync(comet.GetStream(), client.GetStream(), Passed));
            }
            catch (Exception ended) when (IsEnd(ended))
            {
                // The client, the comet or the test has ended.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Func<int, int> passed)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer.AsMemory(0, IsSlow ? 1 : buffer.Length), leave.Token) is var read and > 0)
        {
            await (held?.Task ?? Task.CompletedTask);
            var count = passed(read);
            await to.WriteAsync(buffer.AsMemory(0, count), leave.Token);
            if (count < read)
            {
                return;
            }
        }
    }

    // How many of the bytes pass. After a cut everything passes again.
    private int Passed(int count)
    {
        if (Volatile.Read(ref left) is var most && most >= count)
        {
            Volatile.Write(ref left, most == int.MaxValue ? most : most - count);
            return count;
        }

        Volatile.Write(ref left, int.MaxValue);
        return most;
    }

    private static bool IsEnd(Exception ended) =>
        ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException;
}
