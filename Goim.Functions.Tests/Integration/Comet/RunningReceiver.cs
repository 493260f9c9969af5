using System.Collections.Concurrent;
using System.Text;
using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>The client command's receiver in this process, with a time that the test moves.</summary>
internal sealed class RunningReceiver : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stop = new();
    private readonly Lines messages = new(), notes = new();
    private readonly WatchedTime time = new();
    private readonly Task<int> exitCode;

    /// <param name="server">The comet's address.</param>
    public RunningReceiver(string server) =>
        exitCode = new Receiver(new ClientArguments(new Uri(server), "42"u8.ToArray()), messages, notes, time).RunAsync(stop.Token);

    public IEnumerable<string> Messages => messages.All;

    public IEnumerable<string> Notes => notes.All;

    /// <summary>The waits between attempts to connect so far: all timers that are neither periodic nor the time to connect.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. time.Timers.Where(each => each != ConnectTimeout)];

    public void Advance(TimeSpan by) => time.Advance(by);

    /// <summary>Waits until the client waits for its next attempt, and has that wait end.</summary>
    public async Task EndWaitAsync(int number)
    {
        await Eventually.UntilAsync(() => Waits.Count == number);
        time.Advance(Waits[^1]);
    }

    public Task<int> ExitCodeAsync() => exitCode.WaitAsync(Eventually.Limit);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await ExitCodeAsync();
        stop.Dispose();
    }

    private sealed class Lines : TextWriter
    {
        public ConcurrentQueue<string> All { get; } = [];

        public override Encoding Encoding => Encoding.UTF8;

        public override Task WriteLineAsync(string? value)
        {
            All.Enqueue(value!);
            return Task.CompletedTask;
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
