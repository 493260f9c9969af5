using Goim.Logic.Push;

namespace Goim.Functions.Tests.Unit.Push;

public sealed class UserIdsTests
{
    [Theory]
    [InlineData(new long[] { 5 }, new long[] { 5 })]
    [InlineData(new long[] { 0, 0 }, new long[] { 0 })]
    [InlineData(new long[] { 1, 2, 3 }, new long[] { 1, 2, 3 })]
    [InlineData(new long[] { 3, 1, 3, 2, 1, 3 }, new long[] { 3, 1, 2 })]
    [InlineData(new long[] { 1, 2, 2, 3 }, new long[] { 1, 2, 3 })]
    [InlineData(
        new long[] { long.MaxValue, long.MinValue, -1, 0, long.MinValue, long.MaxValue },
        new long[] { long.MaxValue, long.MinValue, -1, 0 })]
    public void Each_id_stays_once_where_it_came_first(long[] added, long[] expected) => Assert.Equal(expected, Distinct(added));

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(1L << 32)]
    [InlineData(1L << 48)]
    public void However_many_and_however_far_apart(long step)
    {
        var random = new Random(3);
        var added = Enumerable.Range(0, 100_000).Select(_ => (random.Next(60_000) - 30_000) * step).ToArray();

        Assert.Equal(added.Distinct(), Distinct(added));
    }

    private static long[] Distinct(long[] added)
    {
        using var userIds = new UserIds();
        Array.ForEach(added, userIds.Add);
        userIds.MakeDistinct();
        return userIds.Memory.ToArray();
    }
}
