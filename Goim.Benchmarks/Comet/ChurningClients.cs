using System.Diagnostics;
using HdrHistogram;

namespace Goim.Benchmarks.Comet;

/// <summary>Clients that connect, authenticate, close, and connect again as another user, until they are stopped.</summary>
internal sealed class ChurningClients : IClientOwner, IDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly CometClient[] clients;
    private readonly Poller poller = new(static () => { });
    private long connects, users;
    private int failed;
    private volatile bool isStopped;
    private volatile string? failure;

    public ChurningClients(ServerAddress server, int count, CometUsers who)
    {
        users = who.First - 1;
        var packets = new ClientPackets(server, who);
        var none = new Receipts();
        clients = [.. Enumerable.Range(0, count).Select(_ => new CometClient(server, packets, poller, this, new Inbox(none, 1)))];
    }

    /// <summary>Connects that were authenticated.</summary>
    public long Connects => Volatile.Read(ref connects);

    public int Failed => Volatile.Read(ref failed);

    /// <summary>Why the first connect failed; null if none did.</summary>
    public string? Failure => failure;

    /// <summary>From the start of a connect to the reply to the authentication, in microseconds.</summary>
    public LongHistogram ConnectTimes { get; } = new(1, 600_000_000, 3);

    public void Start()
    {
        foreach (var client in clients)
        {
            client.Start(Interlocked.Increment(ref users));
        }
    }

    /// <summary>Each client ends with its present connect.</summary>
    public void Stop() => isStopped = true;

    public void Ready(CometClient client)
    {
        ConnectTimes.RecordValue(Stopwatch.GetElapsedTime(client.StartedAt).Ticks / TimeSpan.TicksPerMicrosecond);
        Interlocked.Increment(ref connects);
        client.Close();
        StartAgain(client);
    }

    public void Lost(CometClient client)
    {
        Interlocked.Increment(ref failed);
        failure ??= $"user {client.UserId}: {client.Failure}";
        _ = Task.Delay(PauseAfterFailure).ContinueWith(_ => StartAgain(client), TaskScheduler.Default);
    }

    public void Dispose()
    {
        poller.Dispose();
        foreach (var client in clients)
        {
            client.Dispose();
        }
    }

    private void StartAgain(CometClient client)
    {
        if (!isStopped)
        {
            client.Start(Interlocked.Increment(ref users));
        }
    }
}
