using Goim.Comet.Delivery;

namespace Goim.Functions.Tests.Unit.Comet;

/// <summary>The rooms that a client may change to, and how often.</summary>
public sealed class RoomRightsTests
{
    [Fact]
    public void The_rooms_of_the_token_and_no_room_are_allowed()
    {
        var rights = new RoomRights { Rooms = [7, 0, int.MaxValue] };

        Assert.Equal(
            [-1, 0, 7, int.MaxValue],
            new[] { int.MinValue, -2, -1, 0, 1, 6, 7, 8, int.MaxValue - 1, int.MaxValue }.Where(rights.Allow));
    }

    [Fact]
    public void Ten_changes_within_a_second_do_not_wait_and_the_next_ones_do()
    {
        var rights = new RoomRights();

        Assert.Equal(Enumerable.Repeat(0, 10), Enumerable.Range(0, 10).Select(i => rights.WaitMs(5_000 + (i * 10))));

        Assert.Equal(900, rights.WaitMs(5_100));
        Assert.Equal(10, rights.WaitMs(6_000));
        Assert.Equal(0, rights.WaitMs(9_000));
    }
}
