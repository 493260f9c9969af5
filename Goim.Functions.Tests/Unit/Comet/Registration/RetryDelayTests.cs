using Goim.Comet.Registration;

namespace Goim.Functions.Tests.Unit.Comet.Registration;

public sealed class RetryDelayTests
{
    [Fact]
    public void Each_delay_is_about_twice_the_last_one_up_to_five_seconds()
    {
        var delay = new RetryDelay();

        foreach (var ms in new[] { 500, 1_000, 2_000, 4_000, 5_000, 5_000 })
        {
            Assert.InRange(delay.Next().TotalMilliseconds, ms * 3 / 4, ms);
        }
    }

    [Fact]
    public void After_a_success_the_delay_is_short_again()
    {
        var delay = new RetryDelay();
        delay.Next();
        delay.Next();

        delay.Reset();

        Assert.InRange(delay.Next().TotalMilliseconds, 375, 500);
    }
}
