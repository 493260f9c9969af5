using System.Net;
using System.Net.Sockets;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A bad network in front of a server: a TCP endpoint that passes bytes on late, one by one, or not to their end.</summary>
internal sealed class StallingProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource leave = new();
    private readonly Lock gate = new();
    private readonly List<Relay> relays = [];
    private readonly int target;

    /// <param name="target">Port of the server on 127.0.0.1.</param>
    public StallingProxy(int target)
    {
        this.target = target;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Whether the server's bytes are sent one by one, each in a segment of its own.</summary>
    public bool IsByteByByte { get; set; }

    /// <summary>Connections that were accepted.</summary>
    public int Accepted
    {
        get
        {
            lock (gate)
            {
                return relays.Count;
            }
        }
    }

    /// <summary>Nothing more goes through the connections that are open now, in either direction, and they stay open.</summary>
    public void Stall() => ForEach(static relay => relay.Stall());

    /// <summary>The connections that are open now end after this many further bytes of the server.</summary>
    public void CutAfter(long bytes) => ForEach(relay => relay.CutAfter(bytes));

    public void Dispose()
    {
        leave.Cancel();
        listener.Dispose();
        ForEach(static relay => relay.Dispose());
        leave.Dispose();
    }

    private void ForEach(Action<Relay> act)
    {
        lock (gate)
        {
            relays.ForEach(act);
        }
    }

    private async Task AcceptAsync()
    {
        while (!leave.IsCancellationRequested)
        {
            try
            {
                var relay = new Relay(this, await listener.AcceptTcpClientAsync(leave.Token));
                lock (gate)
                {
                    relays.Add(relay);
                }
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private sealed class Relay : IDisposable
    {
        private static readonly Task Never = new TaskCompletionSource().Task;
        private readonly StallingProxy proxy;
        private readonly TcpClient client;
        private readonly TcpClient server = new() { NoDelay = true };
        private readonly CancellationTokenSource end = new();
        private long left = long.MaxValue;
        private volatile bool isStalled;

        public Relay(StallingProxy proxy, TcpClient client)
        {
            (this.proxy, this.client) = (proxy, client);
            client.NoDelay = true;
            _ = RunAsync();
        }

        public void Stall() => isStalled = true;

        public void CutAfter(long bytes) => Interlocked.Exchange(ref left, bytes);

        public void Dispose()
        {
            end.Cancel();
            client.Dispose();
            server.Dispose();
        }

        private async Task RunAsync()
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, proxy.target, end.Token);
                var (there, back) = (client.GetStream(), server.GetStream());
                await Task.WhenAny(CopyAsync(there, back, isOfServer: false), CopyAsync(back, there, isOfServer: true));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or InvalidOperationException)
            {
                // One of both has left. ObjectDisposedException is an InvalidOperationException.
            }
            finally
            {
                Dispose();
            }
        }

        private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isOfServer)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReadAsync(buffer, end.Token) is var length and > 0)
                {
                    if (isStalled)
                    {
                        await Never.WaitAsync(end.Token);
                    }

                    if (!isOfServer)
                    {
                        await to.WriteAsync(buffer.AsMemory(0, length), end.Token);
                    }
                    else if (!await PassAsync(buffer.AsMemory(0, length), to))
                    {
                        return;
                    }
                }
            }
            catch (Exception ended) when (ended is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // One of both has left.
            }
        }

        // False when the connection is to be cut.
        private async Task<bool> PassAsync(ReadOnlyMemory<byte> bytes, NetworkStream to)
        {
            var after = Interlocked.Add(ref left, -bytes.Length);
            bytes = after < 0 ? bytes[..(int)Math.Max(0, bytes.Length + after)] : bytes;
            var step = proxy.IsByteByByte ? 1 : Math.Max(1, bytes.Length);
            for (var at = 0; at < bytes.Length; at += step)
            {
                await to.WriteAsync(bytes.Slice(at, step), end.Token);
            }

            return after >= 0;
        }
    }
}
