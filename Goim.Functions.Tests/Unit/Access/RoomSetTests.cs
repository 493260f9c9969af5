using Goim.Logic.Access;

namespace Goim.Functions.Tests.Unit.Access;

public sealed class RoomSetTests
{
    [Theory]
    [InlineData("7", 7, true)]
    [InlineData("7", 6, false)]
    [InlineData("7", 8, false)]
    [InlineData("0-2147483647", int.MaxValue, true)]
    [InlineData("0-2147483647", -1, false)]
    [InlineData(" 0 - 3 , 5 ", 3, true)]
    [InlineData("0-3,5", 4, false)]
    [InlineData("0-3,5", 5, true)]
    public void Ends_of_a_range_are_in_it(string rooms, int room, bool expected)
    {
        Assert.True(RoomSet.TryParse(rooms, out var set));
        Assert.Equal(expected, set.Contains(room));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1,")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("1-2-3")]
    [InlineData("2-1")]
    [InlineData("1-5,5-9")]
    [InlineData("5,4")]
    [InlineData("0x1")]
    [InlineData("2147483648")]
    public void Ranges_that_are_reversed_overlap_or_are_no_rooms_are_refused(string rooms) => Assert.False(RoomSet.TryParse(rooms, out _));
}
