using Confluent.Kafka;
using Goim.Kafka;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Unit.Kafka;

public sealed class CauseLimitTests
{
    [Fact]
    public void Each_cause_has_a_line_a_minute_that_says_how_many_were_left_out()
    {
        var time = new FakeTimeProvider();
        var limit = new CauseLimit(time);

        Assert.True(limit.IsDue("pushes", ErrorCode.Local_MsgTimedOut, out var leftOut));
        Assert.Equal(0, leftOut);
        Assert.True(limit.IsDue("pushes", ErrorCode.PolicyViolation, out _));
        Assert.True(limit.IsDue("events", ErrorCode.Local_MsgTimedOut, out _));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(limit.IsDue("pushes", ErrorCode.Local_MsgTimedOut, out _));
        Assert.False(limit.IsDue("pushes", ErrorCode.Local_MsgTimedOut, out _));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(limit.IsDue("pushes", ErrorCode.Local_MsgTimedOut, out leftOut));
        Assert.Equal(2, leftOut);
    }
}
