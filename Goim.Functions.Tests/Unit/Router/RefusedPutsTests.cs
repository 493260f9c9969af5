using Goim.Functions.Tests.Hosting;
using Goim.Router.Redis;

namespace Goim.Functions.Tests.Unit.Router;

public sealed class RefusedPutsTests
{
    // At the limit of its memory, Redis refuses a put between two probes that it takes.
    [Fact]
    public void A_refusal_holds_until_two_probes_were_taken()
    {
        using var lines = new LogLines();
        var puts = new RefusedPuts(lines);
        for (var i = 0; i < 3; i++)
        {
            puts.Refused("full");
            puts.Probed(null);
            Assert.Equal("full", puts.Reason);
        }

        puts.Refused(null);
        puts.Probed(null);

        Assert.Null(puts.Reason);
        Assert.Equal((1, 1), (lines.Count("Redis is full"), lines.Count("again")));
    }
}
