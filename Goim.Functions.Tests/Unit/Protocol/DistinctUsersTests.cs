using Goim.Protocol;

namespace Goim.Functions.Tests.Unit.Protocol;

public sealed class DistinctUsersTests
{
    [Fact]
    public void Ids_without_repeats_are_the_list_itself()
    {
        long[] ids = [3, -1, long.MaxValue, 0];

        var distinct = DistinctUsers.Of(ids);

        Assert.Same(ids, distinct.Ids);
        Assert.Null(distinct.Places);
    }

    [Fact]
    public void Repeated_ids_are_in_the_order_of_their_first_occurrence()
    {
        var distinct = DistinctUsers.Of([5, 7, 5, -2, 7, 5]);

        Assert.Equal([5L, 7, -2], distinct.Ids);
        Assert.Equal([0, 1, 0, 2, 1, 0], distinct.Places!);
    }

    [Fact]
    public void No_ids_are_distinct() => Assert.Empty(DistinctUsers.Of([]).Ids);

    // Multiples of a power of two would all be in one place of a table without a seed.
    [Fact]
    public void Ids_that_a_caller_chose_to_collide_are_spread()
    {
        var hashes = Enumerable.Range(1, 10_000).Select(i => SeededLongComparer.Instance.GetHashCode((long)i << 32) & 0xFFFF);

        Assert.InRange(hashes.Distinct().Count(), 8_000, 10_000);
    }
}
