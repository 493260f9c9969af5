using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A TCP endpoint in front of an embedded broker. Its connections can be held up, and another broker can take over.</summary>
internal sealed class BrokerProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource leave = new();
    private readonly Lock gate = new();
    private readonly List<Relay> relays = [];
    private int target;

    /// <param name="broker">Advertises this endpoint from now on.</param>
    public BrokerProxy(EmbeddedBroker broker)
    {
        listener.Start();
        Direct(broker);
        _ = AcceptAsync();
    }

    public string Brokers => $"127.0.0.1:{Port}";

    private int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Nothing goes through the connections that are open now until <see cref="Release"/>. New ones work.</summary>
    public void Hold() => ForEach(static relay => relay.Hold());

    public void Release() => ForEach(static relay => relay.Release());

    /// <summary>Ends all connections. Further ones go to another broker, which advertises this endpoint.</summary>
    public void Switch(EmbeddedBroker broker)
    {
        Direct(broker);
        ForEach(static relay => relay.Dispose());
    }

    public void Dispose()
    {
        leave.Cancel();
        listener.Dispose();
        ForEach(static relay => relay.Dispose());
        leave.Dispose();
    }

    private void Direct(EmbeddedBroker broker)
    {
        Volatile.Write(ref target, int.Parse(broker.Brokers.Split(':')[1], CultureInfo.InvariantCulture));
        broker.Advertise("127.0.0.1", Port);
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
                var relay = new Relay(await listener.AcceptTcpClientAsync(leave.Token), Volatile.Read(ref target));
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
        private readonly TcpClient client;
        private readonly TcpClient broker = new();
        private volatile TaskCompletionSource? held;

        public Relay(TcpClient client, int port)
        {
            this.client = client;
            _ = RunAsync(port);
        }

        public void Hold() => held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => held?.TrySetResult();

        public void Dispose()
        {
            Release();
            client.Dispose();
            broker.Dispose();
        }

        private async Task RunAsync(int port)
        {
            try
            {
                await broker.ConnectAsync(IPAddress.Loopback, port);
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), broker.GetStream()), CopyAsync(broker.GetStream(), client.GetStream()));
            }
            catch (Exception ended) when (ended is SocketException or InvalidOperationException)
            {
                // The client or the broker has left. ObjectDisposedException is an InvalidOperationException.
            }
            finally
            {
                Dispose();
            }
        }

        private async Task CopyAsync(NetworkStream from, NetworkStream to)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReadAsync(buffer) is var length and > 0)
                {
                    await (held?.Task ?? Task.CompletedTask);
                    await to.WriteAsync(buffer.AsMemory(0, length));
                }
            }
            catch (Exception ended) when (ended is IOException or ObjectDisposedException)
            {
                // The client or the broker has left.
            }
        }
    }
}
