using Goim.Functions.Tests.Hosting;
using Goim.Logic.Delivery;

namespace Goim.Functions.Tests.Unit.Delivery;

public sealed class SharedTimeoutTests
{
    [Fact]
    public void A_wait_that_begins_after_the_stop_ends_at_once()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.True(new SharedTimeout(TimeSpan.FromMinutes(1), stop.Token).Begin().IsCancellationRequested);
    }

    [Fact]
    public void A_stop_ends_the_waits_under_way_and_not_before()
    {
        using var stop = new CancellationTokenSource();
        var wait = new SharedTimeout(TimeSpan.FromMinutes(1), stop.Token).Begin();
        Assert.False(wait.IsCancellationRequested);

        stop.Cancel();

        Assert.True(wait.IsCancellationRequested);
    }

    [Fact]
    public async Task A_wait_ends_by_itself_when_its_patience_is_over()
    {
        using var stop = new CancellationTokenSource();
        var over = new TaskCompletionSource();
        using var registration = new SharedTimeout(TimeSpan.FromMilliseconds(1), stop.Token).Begin().Register(over.SetResult);

        await over.Task.WaitAsync(Eventually.Limit);
    }
}
