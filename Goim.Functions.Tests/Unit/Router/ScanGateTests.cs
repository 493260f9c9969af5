using Goim.Router;
using Grpc.Core;

namespace Goim.Functions.Tests.Unit.Router;

public sealed class ScanGateTests : IDisposable
{
    private static readonly DateTime NoDeadline = DateTime.MaxValue;
    private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScanGate gate = new(TimeProvider.System);
    private int running;

    public void Dispose() => gate.Dispose();

    [Fact]
    public async Task One_scan_runs_and_another_one_waits_for_its_turn()
    {
        var first = ScanAsync(NoDeadline);
        var second = ScanAsync(NoDeadline);

        Assert.Equal(1, running);
        Assert.False(second.IsCompleted);
        end.SetResult();
        await Task.WhenAll(first, second);
        Assert.Equal(2, running);
    }

    [Fact]
    public async Task A_hundred_calls_wait_and_one_more_is_refused_at_once()
    {
        using var leave = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 101).Select(_ => ScanAsync(NoDeadline, leave.Token)).ToArray();

        var refused = await Assert.ThrowsAsync<RpcException>(() => ScanAsync(NoDeadline));

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal("scans", refused.Trailers.GetValue("goim-reason"));
        Assert.DoesNotContain(waiting[..1], scan => scan.IsCompleted);
        await leave.CancelAsync();
        end.SetResult();
        await waiting[0];
    }

    [Fact]
    public async Task A_call_waits_no_longer_than_its_deadline_allows()
    {
        var scan = ScanAsync(NoDeadline);

        var refused = await Assert.ThrowsAsync<RpcException>(() => ScanAsync(DateTime.UtcNow));

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        end.SetResult();
        await scan;
    }

    [Fact]
    public async Task A_caller_who_leaves_the_queue_takes_no_turn()
    {
        var scan = ScanAsync(NoDeadline);
        using var leave = new CancellationTokenSource();
        var left = ScanAsync(NoDeadline, leave.Token);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        end.SetResult();
        await scan;
        await ScanAsync(NoDeadline);
        Assert.Equal(2, running);
    }

    [Fact]
    public async Task A_scan_that_fails_gives_its_turn_back()
    {
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                gate.RunAsync<int>(() => throw new InvalidOperationException(), NoDeadline, CancellationToken.None).AsTask());
        }

        end.SetResult();
        await ScanAsync(NoDeadline);
    }

    private Task<int> ScanAsync(DateTime deadline, CancellationToken cancellationToken = default) => gate.RunAsync(
        async () =>
        {
            Interlocked.Increment(ref running);
            await end.Task;
            return 1;
        },
        deadline,
        cancellationToken).AsTask();
}
