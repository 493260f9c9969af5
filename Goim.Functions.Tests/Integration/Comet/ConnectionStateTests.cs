using System.Collections.Concurrent;
using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>What handlers of the client library's states are told, and what they may do.</summary>
public sealed class ConnectionStateTests : IDisposable
{
    private static readonly byte[] Accepted = Packet(8, version: 1, seq: 1);
    private readonly ScriptedComet comet = new();
    private readonly FakeTimeProvider time = new();
    private readonly ConcurrentQueue<GoimStateChangedEventArgs> changes = [];

    [Fact]
    public async Task A_connect_that_is_cancelled_when_it_is_accepted_gives_no_connection()
    {
        for (var i = 0; i < 10; i++)
        {
            using var stop = new CancellationTokenSource();
            await using var connection = Watched(change =>
            {
                if (change.State == GoimConnectionState.Connected)
                {
                    stop.Cancel();
                }
            });
            var connecting = connection.ConnectAsync(stop.Token);
            await using var accepted = await comet.AcceptAsync();
            await accepted.WriteAsync(Accepted);

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Eventually.Limit));

            Assert.Equal(GoimConnectionState.Disconnected, connection.State);
        }
    }

    [Fact]
    public async Task A_handler_that_takes_longer_than_two_heartbeats_does_not_break_the_connection()
    {
        using var handled = new ManualResetEventSlim();
        await using var connection = Watched(change =>
        {
            if (change.State == GoimConnectionState.Connected)
            {
                handled.Wait(Eventually.Limit);
            }
        });
        var connecting = connection.ConnectAsync();
        await using var accepted = await comet.AcceptAsync();
        await accepted.WriteAsync(Accepted);
        await Eventually.UntilAsync(() => States.Contains(GoimConnectionState.Connected));

        time.Advance(TimeSpan.FromSeconds(90));
        handled.Set();

        await connecting.WaitAsync(Eventually.Limit);
        await accepted.WriteAsync(Packet(5, "still here"));
        await using var messages = connection.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(Eventually.Limit));
        Assert.Equal([GoimConnectionState.Connecting, GoimConnectionState.Connected], States);

        // From now on silence counts again.
        time.Advance(TimeSpan.FromSeconds(60));
        await Eventually.UntilAsync(() => States.Contains(GoimConnectionState.Reconnecting));
    }

    [Fact]
    public async Task An_end_by_an_exception_that_is_none_of_a_network_is_told_too()
    {
        await using var connection = Watched(static _ => { }, new BrokenTime());

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => connection.ConnectAsync().WaitAsync(Eventually.Limit));

        Assert.Equal([GoimConnectionState.Connecting, GoimConnectionState.Disconnected], States);
        Assert.IsType<TimeZoneNotFoundException>(changes.Last().Error);
        Assert.StartsWith($"{comet.Tcp}: ", changes.Last().Reason, StringComparison.Ordinal);
    }

    public void Dispose() => comet.Dispose();

    private IEnumerable<GoimConnectionState> States => changes.Select(static each => each.State);

    private GoimConnection Watched(Action<GoimStateChangedEventArgs> handler, TimeProvider? other = null)
    {
        var connection = new GoimConnection(new GoimConnectionOptions(new Uri(comet.Tcp), "42") { TimeProvider = other ?? time });
        connection.StateChanged += (_, change) =>
        {
            changes.Enqueue(change);
            handler(change);
        };
        return connection;
    }

    private sealed class BrokenTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            throw new TimeZoneNotFoundException();
    }
}
