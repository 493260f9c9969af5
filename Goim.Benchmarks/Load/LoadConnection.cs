using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;

namespace Goim.Benchmarks.Load;

/// <summary>A connection that sends one request at a time: it reads the response, then sends the next request.</summary>
internal sealed class LoadConnection(Uri url) : IDisposable
{
    private readonly HttpResponseBuffer response = new();
    private readonly List<int> latencies = new(64 * 1024);
    private Stream? stream;

    /// <summary>Latency of each request in microseconds, at most 60 s.</summary>
    public IReadOnlyList<int> Latencies => latencies;

    /// <summary>Number of requests that were not answered with <c>ret</c> 1.</summary>
    public long Failed { get; private set; }

    /// <summary>The first answer other than <c>ret</c> 1; null if there was none.</summary>
    public string? Refusal { get; private set; }

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

    /// <summary>Sends requests until <paramref name="end"/>, a timestamp of <see cref="Stopwatch.GetTimestamp"/>.</summary>
    /// <remarks>
    /// One method, so that a request allocates nothing. It takes no token, since a token costs as much CPU time as reading the response.
    /// Dispose the connection to cancel.
    /// </remarks>
    public async Task RunAsync(RequestPool requests, long end)
    {
        latencies.Clear();
        (Failed, Refusal) = (0, null);
        for (var start = Stopwatch.GetTimestamp(); start < end;)
        {
            await stream!.WriteAsync(requests.Next());
            response.Clear();
            int read;
            do
            {
                read = await stream.ReadAsync(response.Free);
                if (read == 0)
                {
                    throw new IOException("it closed the connection.");
                }
            }
            while (!response.Add(read));

            var now = Stopwatch.GetTimestamp();
            latencies.Add((int)Math.Min(60_000_000, Stopwatch.GetElapsedTime(start, now).TotalMicroseconds));
            if (!response.IsSuccess)
            {
                Failed++;
                Refusal ??= response.ToString();
            }

            start = now;
        }
    }

    public void Dispose() => stream?.Dispose();
}
