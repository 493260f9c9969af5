using Goim.Router;
using Goim.Router.Redis;
using Goim.Router.Redis.Sessions;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>The bytes of a member of the index of rooms in Redis.</summary>
public sealed class RoomIndexTests
{
    [Theory]
    [InlineData("0E8001 06", 0, 1, 3)]
    [InlineData("0E812A01 05", 42, 1, -3)]
    [InlineData("FC07D0 820100FB00", 256, 251, 0)]
    [InlineData("FDFFFFFFFF 7FFC00FCFC0100", -1, 252, 128)]
    [InlineData("FDFFFFFFFE 7D01FDFD00010000FDFFFFFFFF", -65_027, 65_536, int.MinValue)]
    [InlineData("0188FFFFFFFFFFFFFFFFFD7FFFFFFFFDFFFFFFFE", long.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData("01770000000000000000 01 00", long.MinValue, 1, 0)]
    public void A_member_is_read(string hex, long user, int seq, int server) => Assert.Equal(
        new RoomMember(user, seq, server),
        RoomIndex.MemberOf(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData("")]
    [InlineData("0E")]
    [InlineData("0E812A")]
    [InlineData("0E812A01")]
    [InlineData("0E812A010600")]
    [InlineData("0E8A2A0106")]
    [InlineData("FF812A0106")]
    [InlineData("0E812AFD8000000006")]
    public void What_is_no_member_is_foreign(string hex) =>
        Assert.Throws<ForeignDataException>(() => RoomIndex.MemberOf(Convert.FromHexString(hex)));

    [Theory]
    [InlineData(7, "0E")]
    [InlineData(-126, "FB")]
    [InlineData(126, "FC00FC")]
    [InlineData(32_767, "FCFFFE")]
    [InlineData(32_768, "FD00010000")]
    [InlineData(int.MinValue, "FDFFFFFFFF")]
    public void A_room_has_as_few_bytes_as_it_needs(int room, string hex) =>
        Assert.Equal(hex, Convert.ToHexString(RoomIndex.StartOf(room)));

    [Fact]
    public void Users_are_in_the_order_of_their_ids()
    {
        long[] users =
        [
            long.MinValue, -(1L << 56) - 1, -(1L << 56), -65_537, -65_536, -257, -256, -2, -1, 0, 1, 255, 256, 65_535, 65_536,
            (1L << 56) - 1, 1L << 56, long.MaxValue,
        ];

        var ends = users.Select(user => Convert.ToHexString(RoomIndex.EndOf(7, user))).ToArray();

        Assert.Equal(ends, ends.Order(StringComparer.Ordinal));
    }
}
