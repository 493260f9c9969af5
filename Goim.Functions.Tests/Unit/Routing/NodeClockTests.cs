using System.Globalization;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Routing.Nodes;
using Grpc.Core;

namespace Goim.Functions.Tests.Unit.Routing;

public sealed class NodeClockTests
{
    [Theory]
    [InlineData(5_000, 1)]
    [InlineData(-5_000, 1)]
    [InlineData(500, 0)]
    public void A_clock_that_differs_by_more_than_a_second_is_logged_once_a_minute(int aheadMs, int warnings)
    {
        using var log = new LogLines();
        var clock = new NodeClock("1", log);
        for (var i = 0; i < 3; i++)
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            clock.Learn(new Metadata { { "goim-time", (now + aheadMs).ToString(CultureInfo.InvariantCulture) } }, now);
        }

        Assert.InRange(clock.SkewMs, aheadMs - 400, aheadMs + 400);
        Assert.Equal(warnings, log.Count("The clock of router node 1 is"));
    }

    // The node's time lies between the sending of the call and its answer.
    [Fact]
    public void The_time_that_a_call_takes_is_no_difference()
    {
        using var log = new LogLines();
        var clock = new NodeClock("1", log);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        clock.Learn(new Metadata { { "goim-time", (now - 2_000).ToString(CultureInfo.InvariantCulture) } }, now - 4_000);

        Assert.Equal(0, clock.SkewMs);
    }
}
