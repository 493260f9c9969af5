using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;

namespace Goim.Benchmarks.Load;

/// <summary>A connection that sends a request, reads its answer, and sends the next, with as little of its own as there can be.</summary>
internal sealed class LoadConnection(Uri url) : IDisposable
{
    private readonly HttpAnswer answer = new();
    private readonly List<int> latencies = new(64 * 1024);
    private Stream? stream;

    /// <summary>Of each request, in microseconds, 60 s at most.</summary>
    public IReadOnlyList<int> Latencies => latencies;

    /// <summary>Requests that were not answered with <c>ret</c> 1.</summary>
    public long Failed { get; private set; }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.Host, url.Port, cancellationToken);
        stream = new NetworkStream(socket, ownsSocket: true);
        if (url.Scheme == Uri.UriSchemeHttps)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.Host }, cancellationToken);
            stream = tls;
        }
    }

    /// <summary>Sends requests until <paramref name="end"/>, a time of <see cref="Stopwatch.GetTimestamp"/>.</summary>
    /// <remarks>One method, which allocates nothing a request. It takes no token: to have one looked at costs as much as to read an answer.</remarks>
    public async Task RunAsync(RequestPool requests, long end)
    {
        latencies.Clear();
        Failed = 0;
        for (var start = Stopwatch.GetTimestamp(); start < end;)
        {
            await stream!.WriteAsync(requests.Next());
            answer.Clear();
            int read;
            do
            {
                read = await stream.ReadAsync(answer.Free);
                if (read == 0)
                {
                    throw new IOException("it closed the connection.");
                }
            }
            while (!answer.Add(read));

            var now = Stopwatch.GetTimestamp();
            latencies.Add((int)Math.Min(60_000_000, Stopwatch.GetElapsedTime(start, now).TotalMicroseconds));
            Failed += answer.IsSuccess ? 0 : 1;
            start = now;
        }
    }

    public void Dispose() => stream?.Dispose();
}
