using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Comet;

/// <summary>
/// Pushes over one HTTP connection, one message after the other, which makes a stream. It blocks a thread of its own, so that the work of
/// the clients does not delay it.
/// </summary>
/// <param name="api">Base URL of the app.</param>
/// <param name="headers">Header lines of each push.</param>
/// <param name="route">Where it pushes.</param>
/// <param name="stream">Number of its stream, from 0.</param>
/// <param name="bytes">Size of a message.</param>
internal sealed class Pusher(Uri api, string[] headers, PushRoute route, int stream, int bytes) : IDisposable
{
    private readonly HttpResponseBuffer response = new();
    private Stream? connection;

    // The app has answered on the connection, so that its front end may close it when instances come and go.
    private bool isAnswered;
    private volatile bool isDisposed;

    /// <summary>Pushes that were answered with <c>ret</c> 1.</summary>
    public int Accepted { get; private set; }

    /// <summary>Pushes that were answered otherwise, or not at all since the connection was closed.</summary>
    public int Refused { get; private set; }

    /// <summary>The first answer other than <c>ret</c> 1, or why there was no answer.</summary>
    public string? Refusal { get; private set; }

    /// <summary>
    /// Connects on the first call, and again if the connection is closed. Pushes until the end; a push that is late is sent at once.
    /// </summary>
    /// <param name="run">Number of the run.</param>
    /// <param name="start">Timestamp of the first push of all streams.</param>
    /// <param name="end">Timestamp of the end.</param>
    /// <param name="interval">Timestamps between two pushes of all streams.</param>
    /// <param name="streams">Number of streams, which push in turns.</param>
    /// <exception cref="TargetFailure">The connection is closed before it has answered, or cannot be made again.</exception>
    public void Run(int run, long start, long end, double interval, int streams)
    {
        (Accepted, Refused) = (0, 0);
        try
        {
            connection ??= Connect();
            for (long push = stream, number = 1; start + (long)(push * interval) is var due && due < end; push += streams, number++)
            {
                WaitUntil(due);
                if (Stopwatch.GetTimestamp() >= end)
                {
                    return;
                }

                var request = route.Request(api, headers, push, bytes, new Stamp(run, stream, (int)number, Stopwatch.GetTimestamp()));
                try
                {
                    Send(request);
                }
                catch (IOException closed) when (isAnswered && !isDisposed)
                {
                    Refused++;
                    Refusal ??= closed.Message;
                    connection.Dispose();
                    connection = Connect();
                    if (isDisposed)
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception lost) when (lost is SocketException or IOException or AuthenticationException)
        {
            throw new TargetFailure($"{api}{route.Name}: {lost.Message}", lost);
        }
    }

    public void Dispose()
    {
        isDisposed = true;
        connection?.Dispose();
    }

    private Stream Connect()
    {
        isAnswered = false;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(api.Host, api.Port);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (api.Scheme != Uri.UriSchemeHttps)
        {
            return stream;
        }

        var tls = new SslStream(stream);
        tls.AuthenticateAsClient(api.Host);
        return tls;
    }

    private static void WaitUntil(long due)
    {
        while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is var left && left > TimeSpan.Zero)
        {
            Thread.Sleep(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left);
        }
    }

    private void Send(byte[] request)
    {
        connection!.Write(request);
        response.Clear();
        int read;
        do
        {
            read = connection.Read(response.Free.Span);
            if (read == 0)
            {
                throw new IOException("it closed the connection.");
            }
        }
        while (!response.Add(read));
        isAnswered = true;

        if (response.IsSuccess)
        {
            Accepted++;
        }
        else
        {
            Refused++;
            Refusal ??= response.ToString();
        }
    }
}
