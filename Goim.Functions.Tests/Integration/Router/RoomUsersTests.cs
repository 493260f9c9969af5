using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Unit.Router;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>RoomUsers: the users of a room, page by page.</summary>
public abstract class RoomUsersTests : StoreTests
{
    private const int Room = 7, OtherRoom = 8;

    private PackedRouterRPC.PackedRouterRPCClient Packed => new(Node.Channel);

    // By bucket: a user id modulo 16, where -1 is 2^64 - 1. Then by id.
    [StoreFact]
    public async Task Each_user_is_listed_once_with_the_sessions_that_are_in_the_room()
    {
        long[] users = [long.MinValue, long.MaxValue, -1, 0, 16, 5, 21];
        foreach (var user in users)
        {
            await PutAsync(user, 3, Room);
            await PutAsync(user, 4, OtherRoom);
            await PutAsync(user, -5, Room);
        }

        await PutAsync(6, 3, NoRoom);

        Assert.Equal(
            [
                "-9223372036854775808:1@3,3@-5", "0:1@3,3@-5", "16:1@3,3@-5", "5:1@3,3@-5", "21:1@3,3@-5", "-1:1@3,3@-5",
                "9223372036854775807:1@3,3@-5",
            ],
            SessionsModel.Text(await PageAsync(Room, null, 100)));
        Assert.Equal(7, (await PageAsync(OtherRoom, null, 100)).UserIds.Count);
    }

    [StoreFact]
    public async Task A_room_that_nobody_is_in_has_an_empty_page_and_no_more()
    {
        await PutAsync(42, 3, Room);
        await Router.DelAsync(new DelArg { UserId = 42, Seq = 1 });
        await PutAsync(42, 3, NoRoom);

        Assert.Equal(new RoomUsersReply(), await PageAsync(Room, null, 10));
        Assert.Equal(new RoomUsersReply(), await PageAsync(int.MinValue, 42, 10));
    }

    [StoreFact]
    public async Task Pages_go_through_a_room_of_thousands()
    {
        const int Users = 5_000;
        var puts = Enumerable.Range(0, Users)
            .Select(user => new PutArg { UserId = user, Server = 3, RoomId = user % 5 == 0 ? OtherRoom : Room });
        await Router.MPutAsync(new MPutArg { Puts = { puts } });

        foreach (var limit in new[] { 1_000, 333, 10_000 })
        {
            var users = await AllAsync(Room, limit);
            Assert.Equal(Enumerable.Range(0, Users).Where(user => user % 5 != 0).Select(user => (long)user), users.Order());
        }
    }

    // More sessions than are read at once, and a cursor that is no longer there.
    [StoreFact]
    public async Task A_user_with_thousands_of_sessions_is_in_one_page()
    {
        await Router.MPutAsync(new MPutArg { Puts = { Enumerable.Repeat(new PutArg { UserId = 16, Server = 3, RoomId = Room }, 3_000) } });
        await PutAsync(32, 4, Room);

        var first = await PageAsync(Room, 0, 1);
        Assert.True(first.HasMore);
        Assert.Equal([16L], first.UserIds);
        Assert.Equal(Enumerable.Range(1, 3_000), first.Seqs);
        Assert.Equal(["32:1@4"], SessionsModel.Text(await PageAsync(Room, 16, 1)));
        await Router.DelServerAsync(new DelServerArg { Server = 3 });
        Assert.Equal(["32:1@4"], SessionsModel.Text(await PageAsync(Room, 16, 1)));
    }

    // Others come, leave and move meanwhile: new ones above and below those who stay.
    [StoreFact]
    public async Task Who_stays_is_listed_exactly_once_while_others_come_leave_and_move()
    {
        const int Staying = 600, Moving = 600, Readings = 15;
        var all = Enumerable.Range(0, Staying + Moving).OrderBy(user => SeededHash.Of(user)).ToArray();
        await Router.MPutAsync(new MPutArg { Puts = { all.Select(user => new PutArg { UserId = user, Server = 3, RoomId = Room }) } });
        using var stop = new CancellationTokenSource();
        var moving = Enumerable.Range(0, 4).Select(caller => Task.Run(() => MoveAsync(new Random(caller)))).ToArray();

        for (var reading = 0; reading < Readings; reading++)
        {
            var listed = await AllAsync(Room, limit: 50);
            Assert.Equal(Enumerable.Range(0, Staying).Select(i => 2L * i), listed.Where(user => user % 2 == 0).Order());
            Assert.Equal(listed.Count, listed.Distinct().Count());
        }

        await stop.CancelAsync();
        await Task.WhenAll(moving);
        var left = await PageAsync(Room, null, 10_000);
        Assert.Equal((await Router.RoomCountAsync(new RoomCountArg { RoomId = Room })).Count, left.Counts.Sum());

        // Users with an odd id.
        async Task MoveAsync(Random random)
        {
            while (!stop.IsCancellationRequested)
            {
                var user = (2L * random.Next(Moving)) + 1;
                var change = new ChangeRoomArg { UserId = user, Seq = random.Next(1, 3), RoomId = random.Next(2) == 0 ? Room : OtherRoom };
                switch (random.Next(4))
                {
                    case 0:
                        await Router.PutAsync(new PutArg { UserId = user, Server = 4, RoomId = Room, Seq = change.Seq });
                        break;
                    case 1:
                        await Router.DelAsync(new DelArg { UserId = user, Seq = change.Seq });
                        break;
                    default:
                        var isSent = new ChangeRoomArg(change) { IsSent = true };
                        await Router.MChangeRoomAsync(new MChangeRoomArg { Changes = { change, isSent } });
                        break;
                }
            }
        }
    }

    [StoreFact]
    public async Task Totals_are_exact()
    {
        Assert.Equal((0, 0), await TotalsAsync());
        await PutAsync(42, 3, Room);
        await PutAsync(42, 4);
        await PutAsync(-1, 4);
        Assert.Equal((3, 2), await TotalsAsync());

        await Router.DelAsync(new DelArg { UserId = 42, Seq = 1 });
        Assert.Equal((2, 2), await TotalsAsync());
        await Router.DelServerAsync(new DelServerArg { Server = 4 });
        Assert.Equal((0, 0), await TotalsAsync());

        await Router.PutAsync(new PutArg { UserId = 42, Server = 3, Seq = 1 });
        await Router.PutAsync(new PutArg { UserId = 42, Server = 3, Seq = 1 });
        Assert.Equal((1, 1), await TotalsAsync());
    }

    private async Task<(long Sessions, long Users)> TotalsAsync()
    {
        var total = await Packed.TotalsAsync(new NoArg());
        return (total.Sessions, total.Users);
    }

    private async Task<List<long>> AllAsync(int room, int limit)
    {
        var users = new List<long>();
        long? after = null;
        for (var hasMore = true; hasMore; after = users.LastOrDefault())
        {
            var page = await PageAsync(room, after, limit);
            Assert.InRange(page.UserIds.Count, page.HasMore ? 1 : 0, limit);
            users.AddRange(page.UserIds);
            hasMore = page.HasMore;
        }

        return users;
    }

    private async Task<RoomUsersReply> PageAsync(int room, long? after, int limit)
    {
        var arg = new RoomUsersArg { RoomId = room, Limit = limit };
        if (after is { } user)
        {
            arg.AfterUserId = user;
        }

        return await Packed.RoomUsersAsync(arg);
    }
}

public sealed class MemoryRoomUsersTests : RoomUsersTests
{
    protected override string Store => "memory";

    private protected override Task<TestNode> StartAsync() => TestNode.StartAsync();
}

public sealed class RedisRoomUsersTests(RedisFixture redis) : RoomUsersTests, IClassFixture<RedisFixture>
{
    protected override string Store => "redis";

    private protected override Task<TestNode> StartAsync() => StartAsync(redis);
}
