using System.Net.Sockets;

namespace Goim.Benchmarks.Load;

/// <summary>A connection that sends a request and reads its answer, with as little of its own as there can be.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[16 * 1024];

    public Task OpenAsync(Uri host, CancellationToken cancellationToken) => socket.ConnectAsync(host.Host, host.Port, cancellationToken).AsTask();

    /// <summary>True for an answer with status 200 whose body begins with <c>{"ret":1</c>, and is not followed by a digit.</summary>
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        while (!request.IsEmpty)
        {
            request = request[await socket.SendAsync(request, SocketFlags.None, cancellationToken)..];
        }

        var (length, body) = (0, -1);
        while (body < 0 || length < body + BodyLength(body))
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = await socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, cancellationToken);
            if (read == 0)
            {
                throw new IOException("the connection was closed.");
            }

            length += read;
            body = body >= 0 || buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) is var end && end < 0 ? body : end + 4;
        }

        return buffer.AsSpan(9, 3).SequenceEqual("200"u8) && (buffer.AsSpan(body).StartsWith("{\"ret\":1}"u8) || buffer.AsSpan(body).StartsWith("{\"ret\":1,"u8));
    }

    public void Dispose() => socket.Dispose();

    private int BodyLength(int body)
    {
        var head = buffer.AsSpan(0, body);
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            throw new IOException("the answer has no Content-Length.");
        }

        _ = System.Buffers.Text.Utf8Parser.TryParse(head[(at + 16)..], out int length, out _);
        return length;
    }
}
