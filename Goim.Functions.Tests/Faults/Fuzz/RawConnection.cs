using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Goim.Functions.Tests.Faults.Fuzz;

/// <summary>A connection that sends requests one after the other, byte for byte.</summary>
internal sealed class RawConnection(Uri host) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly byte[] buffer = new byte[64 * 1024];
    private TcpClient? tcp;
    private int start;
    private int end;

    /// <summary>Status and body of the answer.</summary>
    /// <exception cref="OperationCanceledException">No answer came within 30 s.</exception>
    public async Task<(int Status, byte[] Body)> SendAsync(string method, string target, IEnumerable<string> headers, byte[] body)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: {host.Authority}\r\nContent-Length: {body.Length}\r\n");
        foreach (var header in headers)
        {
            head.Append(header).Append("\r\n");
        }

        if (tcp is null)
        {
            tcp = new TcpClient { NoDelay = true };
            await tcp.ConnectAsync(host.Host, host.Port, timeout.Token);
            (start, end) = (0, 0);
        }

        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), timeout.Token);
        try
        {
            await stream.WriteAsync(body, timeout.Token);
        }
        catch (IOException)
        {
            // The server has refused the request by its headers, answered and closed the connection.
        }

        var (status, length, stays) = (0, 0, true);
        while (await LineAsync(stream, timeout.Token) is { Length: > 0 } line)
        {
            status = status == 0 ? int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) : status;
            length = line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase)
                ? int.Parse(line[16..], CultureInfo.InvariantCulture)
                : length;
            stays &= !line.Equals("Connection: close", StringComparison.OrdinalIgnoreCase);
        }

        var answer = method == "HEAD" ? [] : await BytesAsync(stream, length, timeout.Token);
        if (!stays)
        {
            Dispose();
        }

        return (status, answer);
    }

    public void Dispose()
    {
        tcp?.Dispose();
        tcp = null;
    }

    private async Task<string> LineAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < 2 || line[^1] != '\n')
        {
            line.Append((char)(await BytesAsync(stream, 1, cancellationToken))[0]);
        }

        return line.ToString().TrimEnd('\r', '\n');
    }

    private async Task<byte[]> BytesAsync(NetworkStream stream, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            if (start == end)
            {
                (start, end) = (0, await stream.ReadAsync(buffer, cancellationToken));
                Assert.True(end > 0, "the connection was closed before the answer was whole");
            }

            var taken = Math.Min(count - read, end - start);
            buffer.AsSpan(start, taken).CopyTo(bytes.AsSpan(read));
            read += taken;
            start += taken;
        }

        return bytes;
    }
}
