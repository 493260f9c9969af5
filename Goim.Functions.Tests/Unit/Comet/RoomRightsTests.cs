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
    public void Ten_changes_within_a_second_are_taken_and_no_more()
    {
        var rights = new RoomRights();

        Assert.All(Enumerable.Range(0, 10), i => Assert.True(rights.TryChange(5_000 + (i * 10))));

        Assert.False(rights.TryChange(5_999));
        Assert.True(rights.TryChange(6_000));
        Assert.False(rights.TryChange(6_000));
        Assert.True(rights.TryChange(9_000));
    }
}
