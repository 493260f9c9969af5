using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>A program that takes no messages from the client library.</summary>
public sealed class BackPressureTests : IDisposable
{
    private readonly ScriptedComet comet = new();

    [Theory]
    [InlineData(1, 100_000_000)]
    [InlineData(1_000, 1)]
    public async Task The_comet_is_held_up_and_heartbeats_go_on(int messages, int bytes)
    {
        var time = new WatchedTime();
        await using var connection = new GoimConnection(new GoimConnectionOptions(new Uri(comet.Tcp), "42")
        {
            TimeProvider = time,
            MaxBufferedMessages = messages,
            MaxBufferedBytes = bytes,
        });
        var connecting = connection.ConnectAsync();
        await using var accepted = await comet.AcceptAsync();
        await ReadPacketAsync(accepted);
        await accepted.WriteAsync(Packet(8, version: 1, seq: 1));
        await connecting;

        var large = new string('x', 1_000_000);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 64; i++)
            {
                await accepted.WriteAsync(Packet(5, $"{i} {large}"));
            }
        });
        await Eventually.UntilAsync(() => time.Pauses == 2);
        for (var i = 0; i < 4; i++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            Assert.Equal((2, ""), await ReadPacketAsync(accepted));
        }

        Assert.False(writing.IsCompleted);
        await using var read = connection.ReadAllAsync().GetAsyncEnumerator();
        for (var i = 0; i < 64; i++)
        {
            Assert.True(await read.MoveNextAsync().AsTask().WaitAsync(Eventually.Limit));
            Assert.StartsWith($"{i} ", read.Current.ToString(), StringComparison.Ordinal);
        }

        await writing;
    }

    public void Dispose() => comet.Dispose();

    /// <summary>Counts the stops of timers: that of the silence stops while handlers run, and while no message is taken.</summary>
    private sealed class WatchedTime : FakeTimeProvider
    {
        private int pauses;

        public int Pauses => Volatile.Read(ref pauses);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new WatchedTimer(this, base.CreateTimer(callback, state, dueTime, period));

        private sealed class WatchedTimer(WatchedTime time, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                var changed = timer.Change(dueTime, period);
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    Interlocked.Increment(ref time.pauses);
                }

                return changed;
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
