using Goim.Router;
using Goim.Router.Memory;
using Grpc.Core;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>A page of the users of a room is bounded in users and in bytes.</summary>
public sealed class RoomPageTests
{
    // 16 MiB less 64 bytes, where a user is 12 bytes and a session 8.
    private const int MaxSessionsOfOne = 2_097_142;

    [Fact]
    public void A_page_ends_before_the_user_whose_sessions_it_has_no_room_for()
    {
        var page = new RoomPage(7, 10);

        Assert.True(page.Add(SessionsOf(1, 2_000_000)));
        Assert.False(page.Add(SessionsOf(2, 100_000)));

        Assert.True(page.Reply.HasMore);
        Assert.True(page.IsFull);
        Assert.Equal([1L], page.Reply.UserIds);
        Assert.Equal([2_000_000], page.Reply.Counts);
        Assert.Equal((2_000_000, 2_000_000), (page.Reply.Seqs.Count, page.Reply.Servers.Count));
        Assert.InRange(page.Reply.CalculateSize(), 0, 16 * 1024 * 1024);
    }

    [Fact]
    public void A_user_whose_sessions_alone_exceed_a_page_is_refused()
    {
        Assert.True(new RoomPage(7, 10).Add(SessionsOf(1, MaxSessionsOfOne)));

        var refused = Assert.Throws<RpcException>(() => { new RoomPage(7, 10).Add(SessionsOf(1, MaxSessionsOfOne + 1)); });

        Assert.Equal((StatusCode.ResourceExhausted, "size"), (refused.StatusCode, refused.Trailers.GetValue("goim-reason")));
        Assert.Equal("User 1 has more sessions in room 7 than an answer holds (2097142).", refused.Status.Detail);
    }

    [Fact]
    public void All_sessions_of_the_last_user_are_in_the_page()
    {
        var page = new RoomPage(7, 2);

        Assert.True(page.Add([new(1, 1, 3), new(2, 1, 3)]));
        Assert.True(page.Add([new(2, 2, 4)]));
        Assert.False(page.Add([new(3, 1, 3)]));

        Assert.Equal(["1:1@3", "2:1@3,2@4"], SessionsModel.Text(page.Reply));
        Assert.True(page.Reply.HasMore);
    }

    // In any order, and twice.
    [Fact]
    public void The_lowest_users_are_collected_and_one_more_of_all_that_are_offered()
    {
        const int Users = 50_000;
        var members = Enumerable.Range(1, Users).SelectMany(user => new RoomMember[] { new(user, 2, 3), new(user, 1, 4) }).ToArray();
        new Random(1).Shuffle(members);
        var lowest = new LowestMembers(afterUserId: 10, users: 3);

        foreach (var some in members.Concat(members).Chunk(1_000))
        {
            lowest.Add(some);
        }

        Assert.Equal(
            [new(11, 1, 4), new(11, 2, 3), new(12, 1, 4), new(12, 2, 3), new(13, 1, 4), new(13, 2, 3), new(14, 1, 4), new(14, 2, 3)],
            lowest.Ascending().ToArray());
    }

    [Fact]
    public void The_lowest_possible_user_id_is_collected_unless_it_is_the_cursor()
    {
        var (first, next) = (new LowestMembers(null, 1), new LowestMembers(long.MinValue, 1));
        first.Add([new(long.MinValue, 1, 3)]);
        next.Add([new(long.MinValue, 1, 3)]);

        Assert.Equal(1, first.Ascending().Length);
        Assert.Equal(0, next.Ascending().Length);
    }

    private static RoomMember[] SessionsOf(long user, int count) =>
        [.. Enumerable.Range(1, count).Select(seq => new RoomMember(user, seq, -1))];
}
