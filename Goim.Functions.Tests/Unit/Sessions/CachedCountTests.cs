using Goim.Functions.Tests.Hosting;
using Goim.Logic;
using Goim.Logic.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Unit.Sessions;

public sealed class CachedCountTests
{
    private static readonly SessionTotals Counted = new("RoomId");

    private readonly FakeTimeProvider time = new();
    private readonly List<TaskCompletionSource<Outcome<SessionTotals>>> counts = [];
    private readonly CachedCount<SessionTotals> kept;

    public CachedCountTests() => kept = new CachedCount<SessionTotals>(
        () =>
        {
            var count = new TaskCompletionSource<Outcome<SessionTotals>>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (counts)
            {
                counts.Add(count);
                System.Threading.Monitor.PulseAll(counts);
            }

            return count.Task;
        },
        time);

    [Fact]
    public async Task Those_who_ask_together_are_told_one_count_for_a_second_from_when_it_was_begun()
    {
        Task<Outcome<SessionTotals>>[] asked = [kept.GetAsync(default), kept.GetAsync(default)];
        Started(1).SetResult(Counted);
        await Task.WhenAll(asked);

        time.Advance(TimeSpan.FromMilliseconds(999));
        await kept.GetAsync(default);
        Started(1);

        time.Advance(TimeSpan.FromMilliseconds(1));
        var anew = kept.GetAsync(default);
        Started(2).SetResult(Counted);
        await anew;
    }

    [Fact]
    public async Task A_count_that_failed_is_not_told_again()
    {
        var failed = kept.GetAsync(default);
        Started(1).SetResult(new Problem(ProblemKind.Unavailable, "a node is down."));
        Assert.False((await failed).Is(out _, out _));

        var again = kept.GetAsync(default);
        Started(2).SetResult(Counted);
        Assert.True((await again).Is(out _, out _));
    }

    [Fact]
    public async Task One_who_leaves_takes_nothing_from_the_others()
    {
        using var leaving = new CancellationTokenSource();
        var (left, stays) = (kept.GetAsync(leaving.Token), kept.GetAsync(default));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        Started(1).SetResult(Counted);
        Assert.True((await stays).Is(out _, out _));
    }

    [Fact]
    public async Task What_is_forgotten_is_counted_anew()
    {
        var first = kept.GetAsync(default);
        Started(1).SetResult(Counted);
        await first;
        kept.Forget();

        var second = kept.GetAsync(default);
        Started(2).SetResult(Counted);
        await second;
    }

    // The latest count, after this many have started.
    private TaskCompletionSource<Outcome<SessionTotals>> Started(int number)
    {
        lock (counts)
        {
            while (counts.Count < number)
            {
                Assert.True(System.Threading.Monitor.Wait(counts, Eventually.Limit), "no count was begun");
            }

            Assert.Equal(number, counts.Count);
            return counts[^1];
        }
    }
}
