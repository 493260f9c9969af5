using System.Collections.Concurrent;
using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>A connection of the client library with a time that the test moves. Its messages are read until it ends.</summary>
internal sealed class RunningConnection : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<string> messages = [];
    private readonly ConcurrentQueue<GoimStateChangedEventArgs> changes = [];
    private readonly WatchedTime time = new();
    private readonly GoimConnection connection;
    private readonly Task reading;

    /// <param name="server">The comet's address.</param>
    public RunningConnection(string server)
        : this(new Uri(server), static _ => new ValueTask<GoimToken>(new GoimToken("42")))
    {
    }

    /// <param name="server">The comet's address.</param>
    /// <param name="tokens">Gives a token.</param>
    /// <param name="realTime">Instead of the time that the test moves.</param>
    public RunningConnection(Uri server, Func<CancellationToken, ValueTask<GoimToken>> tokens, TimeProvider? realTime = null)
    {
        connection = new GoimConnection(new GoimConnectionOptions(server, tokens) { TimeProvider = realTime ?? time });
        connection.StateChanged += (_, change) => changes.Enqueue(change);
        reading = ReadAsync();
    }

    public IEnumerable<string> Messages => messages;

    /// <summary>All states so far.</summary>
    public IEnumerable<GoimConnectionState> States => changes.Select(static each => each.State);

    /// <summary>Why it is to connect again, or will not.</summary>
    public IEnumerable<string> Reasons => changes.Select(static each => each.Reason).OfType<string>();

    /// <summary>The exceptions behind the reasons.</summary>
    public IEnumerable<Exception> Errors => changes.Select(static each => each.Error).OfType<Exception>();

    /// <summary>Number of times that it has asked for a token, or tried to connect.</summary>
    public int Attempts => time.Timers.Count(static each => each == ConnectTimeout);

    /// <summary>The waits between attempts and before renewals so far: all timers that are neither periodic nor limits.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. time.Timers.Where(each => each != ConnectTimeout)];

    public void Advance(TimeSpan by) => time.Advance(by);

    public Task UntilConnectedAsync() => Eventually.UntilAsync(() => States.Contains(GoimConnectionState.Connected));

    /// <summary>Waits until the client waits for its next attempt, and has that wait end.</summary>
    public async Task EndWaitAsync(int number)
    {
        await Eventually.UntilAsync(() => Waits.Count == number);
        time.Advance(Waits[^1]);
    }

    /// <summary>The end for good, by its reason.</summary>
    public async Task<string> EndAsync()
    {
        var end = await Assert.ThrowsAsync<GoimDisconnectedException>(() => reading.WaitAsync(Eventually.Limit));
        Assert.Equal(GoimConnectionState.Disconnected, connection.State);
        return end.Message;
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    private async Task ReadAsync()
    {
        await connection.ConnectAsync();
        await foreach (var message in connection.ReadAllAsync())
        {
            messages.Enqueue(message.ToString());
        }
    }

    private sealed class WatchedTime : FakeTimeProvider
    {
        public ConcurrentQueue<TimeSpan> Timers { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (period == Timeout.InfiniteTimeSpan)
            {
                Timers.Enqueue(dueTime);
            }

            return timer;
        }
    }
}
