using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;

namespace Goim.Benchmarks.Load;

/// <summary>A connection that sends one request at a time: it reads the response, then sends the next request.</summary>
internal sealed class LoadConnection(Uri url) : IDisposable
{
    private static readonly TimeSpan ReopenTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpResponseBuffer response = new();
    private readonly List<int> latencies = new(64 * 1024);
    private Stream? stream;

    // The server has answered on the stream, so that it may close it: front ends do, when instances come and go.
    private bool isAnswered;
    private volatile bool isDisposed;

    /// <summary>Latency of each request in microseconds, at most 60 s.</summary>
    public IReadOnlyList<int> Latencies => latencies;

    /// <summary>Number of requests that were not answered with <c>ret</c> 1, or not at all since the connection was closed.</summary>
    public long Failed { get; private set; }

    /// <summary>The first answer other than <c>ret</c> 1, or why there was no answer; null if nothing failed.</summary>
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

        isAnswered = false;
        if (isDisposed)
        {
            await stream.DisposeAsync();
        }
    }

    /// <summary>Sends requests until <paramref name="end"/>, a timestamp of <see cref="Stopwatch.GetTimestamp"/>.</summary>
    /// <remarks>
    /// One method, so that a request allocates nothing. It takes no token, since a token costs as much CPU time as reading the response.
    /// Dispose the connection to cancel. A connection that is closed fails its request, and is opened again.
    /// </remarks>
    /// <exception cref="IOException">The connection is closed before it has answered, or cannot be opened again.</exception>
    public async Task RunAsync(RequestPool requests, long end)
    {
        latencies.Clear();
        (Failed, Refusal) = (0, null);
        for (var start = Stopwatch.GetTimestamp(); start < end;)
        {
            IOException? closed = null;
            try
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
                isAnswered = true;
            }
            catch (IOException failure) when (isAnswered && !isDisposed)
            {
                closed = failure;
            }

            var now = Stopwatch.GetTimestamp();
            latencies.Add((int)Math.Min(60_000_000, Stopwatch.GetElapsedTime(start, now).TotalMicroseconds));
            if (closed is not null || !response.IsSuccess)
            {
                Failed++;
                Refusal ??= closed?.Message ?? response.ToString();
            }

            if (closed is not null)
            {
                await ReopenAsync();
                now = Stopwatch.GetTimestamp();
            }

            start = now;
        }
    }

    public void Dispose()
    {
        isDisposed = true;
        stream?.Dispose();
    }

    private async Task ReopenAsync()
    {
        await stream!.DisposeAsync();
        using var timeout = new CancellationTokenSource(ReopenTimeout);
        try
        {
            await OpenAsync(timeout.Token);
        }
        catch (OperationCanceledException late)
        {
            throw new IOException($"it closed the connection, and takes no other within {ReopenTimeout.TotalSeconds:0} s.", late);
        }
    }
}
