using System.Diagnostics;
using Goim.Functions.Tests.Hosting;
using Goim.Router.Redis;

namespace Goim.Functions.Tests.Unit.Router;

public sealed class HangDetectionTests
{
    private readonly TaskCompletionSource<bool> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Redis_hangs_from_a_timeout_until_it_answers_a_ping()
    {
        var hang = new HangDetection(() => answer.Task);

        hang.TimedOut(Stopwatch.GetTimestamp());
        Assert.True(hang.IsHanging);

        answer.SetResult(true);
        await Eventually.UntilAsync(() => !hang.IsHanging);
    }

    [Fact]
    public void A_timeout_of_one_call_says_nothing_while_Redis_answers_others()
    {
        var hang = new HangDetection(() => answer.Task);
        var sent = Stopwatch.GetTimestamp();
        hang.Answered();

        hang.TimedOut(sent);

        Assert.False(hang.IsHanging);
    }

    [Fact]
    public async Task A_call_from_before_the_ping_does_not_make_it_hang_again()
    {
        var hang = new HangDetection(() => answer.Task);
        var sent = Stopwatch.GetTimestamp();
        hang.TimedOut(sent);
        answer.SetResult(true);
        await Eventually.UntilAsync(() => !hang.IsHanging);

        hang.TimedOut(sent);

        Assert.False(hang.IsHanging);
    }
}
