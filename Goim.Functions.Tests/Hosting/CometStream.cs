using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A socket to a server, with or without TLS, whose bytes are read through a buffer. A reset counts as the end.</summary>
internal sealed class CometStream : IDisposable
{
    private readonly Socket socket;
    private readonly Stream stream;
    private byte[] buffer = new byte[512];
    private int start;
    private int end;

    private CometStream(Socket socket, Stream stream)
    {
        this.socket = socket;
        this.stream = stream;
    }

    /// <summary>Connects to the host and port of an address.</summary>
    /// <param name="address">With TLS if its scheme is <c>tls</c>, <c>wss</c> or <c>https</c>.</param>
    /// <param name="authority">File of the certificate that must have signed the server's.</param>
    /// <param name="receiveBuffer">Bytes of the socket's receive buffer; 0 for the system's default.</param>
    public static async Task<CometStream> OpenAsync(Uri address, string? authority = null, int receiveBuffer = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        await socket.ConnectAsync(address.Host, address.Port);
        var network = new NetworkStream(socket, ownsSocket: true);
        if (address.Scheme is not ("tls" or "wss" or "https"))
        {
            return new CometStream(socket, network);
        }

        var chain = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        chain.CustomTrustStore.ImportFromPemFile(authority!);
        var tls = new SslStream(network);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = address.Host, CertificateChainPolicy = chain });
        return new CometStream(socket, tls);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await stream.WriteAsync(bytes);

    /// <summary>Ends the sending side.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Whether there are this many bytes before the end. They stay in the buffer.</summary>
    public async ValueTask<bool> HasAsync(int count)
    {
        if (buffer.Length < count)
        {
            Array.Resize(ref buffer, count);
        }

        if (buffer.Length - start < count)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        while (end - start < count)
        {
            var read = await ReadAsync(buffer.AsMemory(end));
            if (read == 0)
            {
                return false;
            }

            end += read;
        }

        return true;
    }

    /// <summary>Bytes that <see cref="HasAsync"/> has found.</summary>
    public ReadOnlySpan<byte> Peek(int count) => buffer.AsSpan(start, count);

    /// <summary>Takes bytes that <see cref="HasAsync"/> has found.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        start += count;
        return buffer.AsSpan(start - count, count);
    }

    /// <summary>All bytes up to the end.</summary>
    public async Task<byte[]> ToEndAsync()
    {
        while (await HasAsync(end - start + 1))
        {
            // More may come.
        }

        return Take(end - start).ToArray();
    }

    public void Dispose() => stream.Dispose();

    private async ValueTask<int> ReadAsync(Memory<byte> into)
    {
        try
        {
            var reading = stream.ReadAsync(into);
            return reading.IsCompleted ? await reading : await reading.AsTask().WaitAsync(Eventually.Limit);
        }
        catch (IOException gone) when (gone.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return 0;
        }
    }
}
