using Goim.Comet.Registration;

namespace Goim.Functions.Tests.Unit.Comet.Registration;

public sealed class LogLimitTests
{
    [Fact]
    public void Only_the_first_line_is_due_within_a_minute()
    {
        var limit = new LogLimit();

        Assert.True(limit.IsDue(out var leftOut));
        Assert.Equal(0, leftOut);
        Assert.False(limit.IsDue(out _));
    }
}
