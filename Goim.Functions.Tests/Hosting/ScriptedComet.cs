using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A server that a test answers for: it accepts connections on 127.0.0.1, and the test reads and writes their bytes.</summary>
internal sealed class ScriptedComet : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public ScriptedComet() => listener.Start();

    /// <summary>Host and port.</summary>
    public string Endpoint => listener.LocalEndpoint.ToString()!;

    public string Tcp => $"tcp://{Endpoint}";

    public string WebSocket => $"ws://{Endpoint}/sub";

    public async Task<NetworkStream> AcceptAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        return new NetworkStream(await listener.AcceptSocketAsync(limit.Token), ownsSocket: true);
    }

    /// <summary>Accepts a connection, reads its request up to the empty line, and answers it with this status and no body.</summary>
    public async Task RefuseAsync(string status)
    {
        await using var stream = await AcceptAsync();
        await RequestAsync(stream);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
    }

    public async Task<WebSocket> AcceptWebSocketAsync() => System.Net.WebSockets.WebSocket.CreateFromStream(
        await AcceptUpgradeAsync([]), new WebSocketCreationOptions { IsServer = true });

    /// <summary>Accepts a WebSocket, and sends these bytes at once with the answer to its request.</summary>
    public async Task<NetworkStream> AcceptUpgradeAsync(byte[] frames)
    {
        var stream = await AcceptAsync();
        var key = (await RequestAsync(stream)).Split('\n')
            .Single(line => line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase));

        // RFC 6455, section 1.3.
        var accept = CryptographicOperations.HashData(
            HashAlgorithmName.SHA1, Encoding.ASCII.GetBytes(key.Split(' ')[1].Trim() + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
        var answer = Encoding.ASCII.GetBytes(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Accept: {Convert.ToBase64String(accept)}\r\n\r\n");
        await stream.WriteAsync((byte[])[.. answer, .. frames]);
        return stream;
    }

    /// <summary>A packet as a comet sends it: length, header length 16, version, operation, seq, body.</summary>
    public static byte[] Packet(int operation, string body = "", short version = 0, int seq = 0)
    {
        var bytes = new byte[16 + Encoding.UTF8.GetByteCount(body)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(4), 16);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(6), version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), operation);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), seq);
        Encoding.UTF8.GetBytes(body, bytes.AsSpan(16));
        return bytes;
    }

    /// <summary>The operation and the body of the next packet.</summary>
    public static async Task<(int Operation, string Body)> ReadPacketAsync(Stream connection)
    {
        var header = new byte[16];
        await connection.ReadExactlyAsync(header).AsTask().WaitAsync(Eventually.Limit);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header) - header.Length];
        await connection.ReadExactlyAsync(body).AsTask().WaitAsync(Eventually.Limit);
        return (BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8)), Encoding.UTF8.GetString(body));
    }

    public void Dispose() => listener.Dispose();

    // Byte by byte, since what follows the empty line is no part of the request.
    private static async Task<string> RequestAsync(NetworkStream stream)
    {
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            request.Append((char)one[0]);
        }

        return request.ToString();
    }
}
