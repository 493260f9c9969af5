using Goim.Router.Memory;

namespace Goim.Functions.Tests.Unit.Router;

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
        Assert.InRange(LongestChain(i => i * step << shift), 1, 40);
    }

    // Ids that are multiples of the inverse of a common hash constant: multiplied by the constant they become 1, 2, 3 and so on.
    [Fact]
    public void No_chain_is_long_where_ids_are_chosen_for_it() =>
        Assert.InRange(LongestChain(i => i * unchecked((long)0xF1DE_83E1_9937_733D)), 1, 40);

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

    private static int LongestChain(Func<long, long> user)
    {
        var table = new SessionTable();
        for (var i = 1; i <= Users; i++)
        {
            table.Add(new Session { UserId = user(i), Seq = 1 });
        }

        // Removing the latest entry shows how many entries are in front of it.
        var passed = 0;
        for (var place = Users; place > 0; place--)
        {
            passed = Math.Max(passed, table.Remove(place));
        }

        return passed;
    }
}
