using System.Net.Sockets;
using System.Text;
using Goim.Benchmarks.Load;

namespace Goim.Benchmarks.Soak;

/// <summary>A connection that sends one request at a time. It is opened again after a request that ends it.</summary>
internal sealed class SoakConnection(Uri url) : IDisposable
{
    private const int Parts = 10;

    /// <summary>Maximum wait for an answer.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan BetweenParts = TimeSpan.FromMilliseconds(20);

    private readonly HttpResponseBuffer response = new();
    private TcpClient? tcp;

    /// <summary>Sends a request and reads its answer.</summary>
    /// <returns>The body of the answer, and what is wrong with it; null for nothing.</returns>
    public async Task<(string Body, string? Failure)> SendAsync(SoakRequest request, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            tcp ??= await OpenAsync(timeout.Token);
            await WriteAsync(tcp.GetStream(), request, timeout.Token);
            if (request.Sending == Sending.Aborted)
            {
                return ("", null);
            }

            await ReadAsync(tcp.GetStream(), timeout.Token);
            return (response.Body, IsExpected(request.Expected) ? null : $"{response.Status} {response.Body}");
        }
        catch (Exception lost) when (lost is IOException or SocketException)
        {
            Dispose();
            return ("", lost.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Dispose();
            return ("", "no answer within 60 s");
        }
        finally
        {
            if (request.IsLast)
            {
                Dispose();
            }
        }
    }

    public void Dispose()
    {
        tcp?.Dispose();
        tcp = null;
    }

    private async Task<TcpClient> OpenAsync(CancellationToken cancellationToken)
    {
        var opened = new TcpClient { NoDelay = true };
        await opened.ConnectAsync(url.Host, url.Port, cancellationToken);
        return opened;
    }

    private static async Task WriteAsync(NetworkStream stream, SoakRequest request, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request.Head), cancellationToken);
        if (request.Sending != Sending.Slow)
        {
            await stream.WriteAsync(request.Body, cancellationToken);
            return;
        }

        foreach (var part in request.Body.Chunk((request.Body.Length + Parts - 1) / Parts))
        {
            await stream.WriteAsync(part, cancellationToken);
            await Task.Delay(BetweenParts, cancellationToken);
        }
    }

    private async Task ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        response.Clear();
        int read;
        do
        {
            read = await stream.ReadAsync(response.Free, cancellationToken);
            if (read == 0)
            {
                throw new IOException("the connection was closed without an answer");
            }
        }
        while (!response.Add(read));
    }

    private bool IsExpected(Expectation expected) => expected switch
    {
        Expectation.Success => response.IsSuccess,
        Expectation.Refusal => response.Status == 200 && response.Body.Contains("\"ret\":65535,\"error\":\"", StringComparison.Ordinal),
        Expectation.BadRequest => response.Status == 400,
        Expectation.NotFound => response.Status == 404,
        Expectation.WrongMethod => response.Status == 405,
        _ => response.Status == 200,
    };
}
