using Goim.Router.Memory;

namespace Goim.Functions.Tests.Router;

/// <summary>How ids are spread over the chains of a bucket.</summary>
public sealed class SessionTableTests
{
    private const int Users = 20_000;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 16)]
    [InlineData(32, 1)]
    [InlineData(48, 1)]
    [InlineData(0, 1 << 20)]
    public void No_chain_is_long_whatever_bits_of_the_ids_differ(int shift, long step)
    {
        var table = new SessionTable();
        for (var i = 1L; i <= Users; i++)
        {
            table.Add(new Session { UserId = i * step << shift, Seq = 1 });
        }

        // Each removal of the latest tells how many stand before it.
        var passed = 0;
        for (var place = Users; place > 0; place--)
        {
            passed = Math.Max(passed, table.Remove(place));
        }

        Assert.InRange(passed, 0, 40);
    }

    [Fact]
    public void A_users_later_sessions_stand_before_its_earlier_ones()
    {
        var table = new SessionTable();
        for (var seq = 1; seq <= Users; seq++)
        {
            table.Add(new Session { UserId = 42, Seq = seq });
        }

        for (var place = Users; place > 0; place--)
        {
            Assert.Equal(0, table.Remove(place));
        }
    }
}
