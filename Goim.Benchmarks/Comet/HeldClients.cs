using System.Diagnostics;
using Goim.Benchmarks.Targets;
using HdrHistogram;

namespace Goim.Benchmarks.Comet;

/// <summary>Clients that stay connected, one for each user. Each sends a heartbeat once a minute.</summary>
internal sealed class HeldClients : IClientOwner, IDisposable
{
    /// <summary>Connects under way at a time.</summary>
    private const int MaxConnecting = 256;

    private const int SecondsPerHeartbeat = 60;

    private readonly CometClient[] clients;
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Poller poller;
    private readonly CometUsers users;
    private int started, ready, second;
    private volatile string? failure;

    /// <param name="server">Where they connect.</param>
    /// <param name="count">How many.</param>
    /// <param name="streams">How many streams of messages they tell apart.</param>
    /// <param name="users">Who they are.</param>
    public HeldClients(ServerAddress server, int count, int streams, CometUsers users)
    {
        this.users = users;
        var packets = new ClientPackets(server, users);
        poller = new Poller(SendHeartbeats);
        clients = [.. Enumerable.Range(0, count).Select(_ => new CometClient(server, packets, poller, this, new Inbox(Receipts, streams)))];
    }

    public Receipts Receipts { get; } = new();

    /// <summary>From the start of a connect to the reply to the authentication, in microseconds.</summary>
    public LongHistogram ConnectTimes { get; } = new(1, 600_000_000, 3);

    /// <summary>Clients that are connected.</summary>
    public int Connected => clients.Count(client => client.IsReady);

    /// <summary>Messages of the current run.</summary>
    public long Received => clients.Sum(client => (long)client.Inbox.Received);

    public long OutOfOrder => clients.Sum(client => (long)client.Inbox.OutOfOrder);

    /// <summary>Why the first client lost its connection; null if none did.</summary>
    public string? Failure => failure;

    /// <summary>Connects all clients.</summary>
    /// <exception cref="TargetFailure">A client could not connect.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < MaxConnecting; i++)
        {
            StartNext();
        }

        await connected.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Starts the next run.</summary>
    /// <returns>Its number.</returns>
    public int BeginRun()
    {
        foreach (var client in clients)
        {
            client.Inbox.Clear();
        }

        return Receipts.Begin();
    }

    public void Ready(CometClient client)
    {
        ConnectTimes.RecordValue(Stopwatch.GetElapsedTime(client.StartedAt).Ticks / TimeSpan.TicksPerMicrosecond);
        if (Interlocked.Increment(ref ready) == clients.Length)
        {
            connected.TrySetResult();
        }

        StartNext();
    }

    public void Lost(CometClient client)
    {
        failure ??= $"the client of user {client.UserId}: {client.Failure}";
        connected.TrySetException(new TargetFailure(failure));
    }

    public void Dispose()
    {
        poller.Dispose();
        foreach (var client in clients)
        {
            client.Dispose();
        }
    }

    private void StartNext()
    {
        var next = Interlocked.Increment(ref started);
        if (next <= clients.Length)
        {
            clients[next - 1].Start(users.First + next - 1);
        }
    }

    private void SendHeartbeats()
    {
        for (var i = second++ % SecondsPerHeartbeat; i < clients.Length; i += SecondsPerHeartbeat)
        {
            if (clients[i].IsReady)
            {
                clients[i].SendHeartbeat();
            }
        }
    }
}
