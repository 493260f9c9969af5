using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// A TLS endpoint in front of an embedded broker, whose certificate comes from an authority generated for the run. It can require a SASL
/// token, as a broker without SaslAuthenticate does: after SaslHandshake the client sends the token in a frame of its own, and the
/// broker answers with an empty frame.
/// </summary>
internal sealed class TlsBroker : IDisposable
{
    private const short SaslHandshake = 17, ApiVersions = 18;
    private readonly EmbeddedBroker broker;
    private readonly int plainPort;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource leave = new();
    private readonly TestCertificates certificates = new();
    private readonly string? token;
    private int refused;

    /// <param name="broker">Advertises this endpoint until it is disposed.</param>
    /// <param name="token">The text that the SASL token must contain; null if no token is required.</param>
    public TlsBroker(EmbeddedBroker broker, string? token = null)
    {
        this.broker = broker;
        this.token = token;
        plainPort = int.Parse(broker.Brokers.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        listener.Start();
        broker.Advertise("127.0.0.1", Port);
        _ = AcceptAsync();
    }

    public string Brokers => $"127.0.0.1:{Port}";

    /// <summary>PEM of the authority.</summary>
    public string CaFile => certificates.AuthorityFile;

    /// <summary>Connections that sent a wrong token, or no TLS.</summary>
    public int Refused => Volatile.Read(ref refused);

    private int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose()
    {
        leave.Cancel();
        listener.Dispose();
        broker.Advertise("127.0.0.1", plainPort);
        certificates.Dispose();
        leave.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!leave.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(leave.Token));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var accepted = client;
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(certificates.Server);
            using var plain = new TcpClient();
            await plain.ConnectAsync(IPAddress.Loopback, plainPort);
            var inner = plain.GetStream();
            if (token is not null && !await AuthenticateAsync(tls, inner))
            {
                Interlocked.Increment(ref refused);
                return;
            }

            await Task.WhenAny(tls.CopyToAsync(inner, leave.Token), inner.CopyToAsync(tls, leave.Token));
        }
        catch (AuthenticationException)
        {
            Interlocked.Increment(ref refused);
        }
        catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client or the broker has left.
        }
    }

    // Forwards ApiVersions to the broker, and adds SaslHandshake to the answer.
    private async Task<bool> AuthenticateAsync(SslStream client, NetworkStream inner)
    {
        while (true)
        {
            var frame = await FrameAsync(client);
            var kind = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(4));
            var version = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(6));
            if (kind == ApiVersions)
            {
                await inner.WriteAsync(frame);
                await client.WriteAsync(WithHandshake(await FrameAsync(inner), version));
                continue;
            }

            if (kind == SaslHandshake)
            {
                // Length, correlation id, no error, no mechanisms.
                await client.WriteAsync(new byte[] { 0, 0, 0, 10, frame[8], frame[9], frame[10], frame[11], 0, 0, 0, 0, 0, 0 });
                continue;
            }

            if (!Encoding.UTF8.GetString(frame).Contains(token!, StringComparison.Ordinal))
            {
                return false;
            }

            await client.WriteAsync(new byte[4]);
            return true;
        }
    }

    // The request kinds follow length, correlation id and error. Their count is one byte (plus one) from version 3 on, else four bytes.
    private static byte[] WithHandshake(byte[] answer, short version)
    {
        const int Count = 10;
        if (BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(8)) != 0)
        {
            return answer;
        }

        byte[] handshake = version >= 3 ? [0, (byte)SaslHandshake, 0, 0, 0, 0, 0] : [0, (byte)SaslHandshake, 0, 0, 0, 0];
        var entries = Count + (version >= 3 ? 1 : 4);
        byte[] longer = [.. answer[..entries], .. handshake, .. answer[entries..]];
        longer[entries - 1]++;
        BinaryPrimitives.WriteInt32BigEndian(longer, longer.Length - 4);
        return longer;
    }

    private static async Task<byte[]> FrameAsync(Stream from)
    {
        var length = new byte[4];
        await from.ReadExactlyAsync(length);
        var frame = new byte[4 + BinaryPrimitives.ReadInt32BigEndian(length)];
        length.CopyTo(frame, 0);
        await from.ReadExactlyAsync(frame.AsMemory(4));
        return frame;
    }
}
