using Goim.Router.Memory;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>How sessions are spread over the chains of a bucket.</summary>
public sealed class SessionTableTests
{
    private const int Sessions = 20_000, LongChain = 20;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 16)]
    [InlineData(32, 1)]
    [InlineData(48, 1)]
    [InlineData(0, 1 << 20)]
    public void No_chain_is_long_whatever_bits_of_the_ids_differ(int shift, long step) =>
        Assert.InRange(LongestChain(i => (i * step << shift, 1)), 1, LongChain);

    // Ids that are multiples of the inverse of a common hash constant: multiplied by the constant they become 1, 2, 3 and so on.
    [Fact]
    public void No_chain_is_long_where_ids_are_chosen_for_it() =>
        Assert.InRange(LongestChain(i => (i * unchecked((long)0xF1DE_83E1_9937_733D), 1)), 1, LongChain);

    // Halves of an id that a fold of 64 bits to 32 cancels.
    [Fact]
    public void No_chain_is_long_where_the_halves_of_ids_are_equal() => Assert.InRange(LongestChain(i => ((i << 32) | i, 1)), 1, LongChain);

    [Fact]
    public void No_chain_is_long_where_a_user_has_many_sessions() => Assert.InRange(LongestChain(i => (42, (int)i)), 1, LongChain);

    // Ids and seqs whose sum, or exclusive or, is always the same.
    [Fact]
    public void No_chain_is_long_where_ids_and_seqs_are_chosen_together()
    {
        Assert.InRange(LongestChain(i => (Sessions - (i / 2), (int)(i / 2) + (int)(i % 2) + 1)), 1, LongChain);
        Assert.InRange(LongestChain(i => (i / 2, (int)(i / 2) + (int)(i % 2) + 1)), 1, LongChain);
    }

    [Fact]
    public void An_entry_keeps_its_index_while_its_user_gets_and_loses_sessions()
    {
        var table = new SessionTable();
        Add(table, 42, 1);
        var first = table.Find(table.FindHead(42), 1);
        for (var seq = 2; seq <= Sessions; seq++)
        {
            Add(table, 42, seq);
        }

        for (var seq = 2; seq < Sessions; seq++)
        {
            table.RemoveBehind(table.FindHead(42), table.Find(table.FindHead(42), seq));
        }

        Assert.Equal(first, table.Find(table.FindHead(42), 1));
        Assert.Equal(2, table[table.FindHead(42)].LiveCount);
        Assert.Equal(first, table[table.FindHead(42)].Older);
    }

    [Fact]
    public void A_free_entry_is_used_again()
    {
        var table = new SessionTable();
        for (var i = 0; i < 3; i++)
        {
            Add(table, 42, 1);
            Add(table, 42, 2);
            table.RemoveBehind(table.FindHead(42), table.Find(table.FindHead(42), 1));
            table.RemoveHead(table.FindHead(42));
        }

        Assert.Equal(3, table.End);
    }

    private static void Add(SessionTable table, long userId, int seq) =>
        table.AddHead(table.FindHead(userId), new Session { UserId = userId, Seq = seq });

    // The number of entries that follow an entry in its chain, at most.
    private static int LongestChain(Func<long, (long UserId, int Seq)> session)
    {
        var table = new SessionTable();
        for (var i = 1; i <= Sessions; i++)
        {
            var (userId, seq) = session(i);
            Add(table, userId, seq);
        }

        var longest = 0;
        for (var i = 1; i < table.End; i++)
        {
            var length = 1;
            for (var index = table[i].Next; index != 0; index = table[index].Next)
            {
                length++;
            }

            longest = Math.Max(longest, length);
        }

        Assert.Equal(Sessions + 1, table.End);
        return longest;
    }
}
