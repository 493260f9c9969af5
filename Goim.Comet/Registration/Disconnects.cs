using System.Threading.Channels;
using Goim.Comet.Delivery;
using Goim.Protocol;

namespace Goim.Comet.Registration;

/// <summary>Keys whose sessions are to be deleted. Each is kept and sent to the facade until the facade has taken it.</summary>
internal sealed class Disconnects(FacadeClient facade, Lanes lanes, RecentKeys recent, ILogger<Disconnects> logger) : BackgroundService
{
    /// <summary>Most keys that wait.</summary>
    private const int MaxKeys = 1_000_000;

    /// <summary>Most keys of a call: the facade's limit.</summary>
    private const int MaxKeysOfCall = 10_000;

    private const string Route = "/1/disconnects";
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15), StopTimeout = TimeSpan.FromMilliseconds(150);
    private readonly Lock gate = new();
    private readonly Queue<SubKey> waiting = new();
    private readonly HashSet<SubKey> isWaiting = new(SubKeyComparer.Instance), isSent = new(SubKeyComparer.Instance);
    private readonly Channel<bool> signal =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly RetryDelay delay = new();
    private readonly LogLimit forgotten = new();

    /// <summary>Keys that the facade has not taken yet.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return isWaiting.Count + isSent.Count;
            }
        }
    }

    /// <summary>Adds a key.</summary>
    public void Add(SubKey key)
    {
        recent.Add(key);
        lock (gate)
        {
            // A key that is being sent may have become a session again meanwhile, so it is sent once more.
            if (isWaiting.Contains(key) || TryEnqueue(key))
            {
                return;
            }
        }

        if (forgotten.IsDue(out var more))
        {
            logger.DisconnectsForgotten(more + 1, MaxKeys);
        }
    }

    /// <summary>
    /// Adds a key that a connect was answered with and that no connection gets. If a connection has it already, it is left alone: a node
    /// that has forgotten a user gives keys again.
    /// </summary>
    public async Task AddUnusedAsync(SubKey key)
    {
        if (!await lanes.HasAsync(key))
        {
            Add(key);
        }
    }

    /// <summary>Whether the key's session is about to be deleted.</summary>
    public bool Contains(SubKey key)
    {
        lock (gate)
        {
            return isWaiting.Contains(key) || isSent.Contains(key);
        }
    }

    /// <summary>Waits until the facade has taken all keys, or until the time is over.</summary>
    public async Task SendAllAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        while (Count > 0 && !limit.IsCancellationRequested)
        {
            await Task.Delay(10, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sends the keys of connections that have ended last.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await SendAllAsync(StopTimeout, cancellationToken);
        await base.StopAsync(cancellationToken);
        if (Count is var count and > 0)
        {
            logger.DisconnectsNotSent(count);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await signal.Reader.WaitToReadAsync(stoppingToken))
        {
            signal.Reader.TryRead(out _);
            while (Take() is { Count: > 0 } keys)
            {
                var (failed, reply) = await SendAsync(keys, stoppingToken);
                if (failed < keys.Count)
                {
                    delay.Reset();
                }

                if (failed > 0)
                {
                    await Task.Delay(reply.DelayOf(delay.Next()), stoppingToken);
                }
            }
        }
    }

    private List<SubKey> Take()
    {
        lock (gate)
        {
            var keys = new List<SubKey>(Math.Min(waiting.Count, MaxKeysOfCall));
            while (keys.Count < MaxKeysOfCall && waiting.TryDequeue(out var key))
            {
                isWaiting.Remove(key);
                isSent.Add(key);
                keys.Add(key);
            }

            return keys;
        }
    }

    // Returns how many keys have to be sent again, and the answer.
    private async Task<(int Failed, FacadeReply<DisconnectsData> Reply)> SendAsync(
        List<SubKey> keys, CancellationToken stoppingToken)
    {
        var reply = await facade.PostAsync(
            Route, FacadeBodies.Disconnects(keys), FacadeJson.Default.FacadeAnswerDisconnectsData, CallTimeout, stoppingToken);
        var failed = reply.IsDone ? Chosen(keys, reply.Data?.Failed ?? []) : keys;
        lock (gate)
        {
            isSent.Clear();
            foreach (var key in failed)
            {
                if (!isWaiting.Contains(key))
                {
                    TryEnqueue(key);
                }
            }
        }

        return (failed.Count, reply);
    }

    private static List<SubKey> Chosen(List<SubKey> keys, int[] indexes)
    {
        var chosen = new List<SubKey>(indexes.Length);
        foreach (var index in indexes)
        {
            if (index >= 0 && index < keys.Count)
            {
                chosen.Add(keys[index]);
            }
        }

        return chosen;
    }

    private bool TryEnqueue(SubKey key)
    {
        if (isWaiting.Count + isSent.Count >= MaxKeys)
        {
            return false;
        }

        isWaiting.Add(key);
        waiting.Enqueue(key);
        signal.Writer.TryWrite(true);
        return true;
    }
}
