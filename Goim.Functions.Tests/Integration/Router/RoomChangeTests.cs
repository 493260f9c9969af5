using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>MChangeRoom: a change is begun, repeated and ended.</summary>
public abstract class RoomChangeTests : StoreTests
{
    private const int Room = 7, OtherRoom = 8, ThirdRoom = 9;

    [StoreFact]
    public async Task A_change_moves_the_session_at_once_and_its_repeats_say_the_same_until_it_is_ended()
    {
        await PutAsync(42, 3, Room);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((true, 3, OtherRoom, Room), await ChangeAsync(42, 1, OtherRoom));
            Assert.Equal("8:1", await RoomsAsync());
        }

        Assert.Equal((true, 3, OtherRoom, OtherRoom), await EndAsync(42, 1, OtherRoom));
        Assert.Equal((true, 3, OtherRoom, OtherRoom), await EndAsync(42, 1, OtherRoom));
        Assert.Equal((true, 3, OtherRoom, OtherRoom), await ChangeAsync(42, 1, OtherRoom));
        Assert.Equal("8:1", await RoomsAsync());
        Assert.Equal("1@3", await SessionsAsync(42));
    }

    [StoreFact]
    public async Task A_change_that_has_not_ended_keeps_others_out_until_it_is_ended()
    {
        await PutAsync(42, 3, Room);
        await ChangeAsync(42, 1, OtherRoom);

        Assert.Equal((true, 3, OtherRoom, Room), await ChangeAsync(42, 1, ThirdRoom));
        Assert.Equal((true, 3, OtherRoom, Room), await ChangeAsync(42, 1, Room));
        Assert.Equal((false, 3, OtherRoom, Room), await EndAsync(42, 1, ThirdRoom));
        Assert.Equal("8:1", await RoomsAsync());

        await EndAsync(42, 1, OtherRoom);
        Assert.Equal((true, 3, ThirdRoom, OtherRoom), await ChangeAsync(42, 1, ThirdRoom));
        Assert.Equal((false, 3, ThirdRoom, OtherRoom), await EndAsync(42, 1, OtherRoom));
        Assert.Equal("9:1", await RoomsAsync());
    }

    [StoreFact]
    public async Task The_age_of_a_change_counts_from_when_it_was_asked_for_last()
    {
        await PutAsync(42, 3, Room);
        Assert.Equal(0, (await MakeAsync(42, 1, OtherRoom, isSent: false)).UnfinishedMs);
        await Eventually.UntilAsync(async () => (await MakeAsync(42, 1, ThirdRoom, isSent: false)).UnfinishedMs > 50);

        // Asked for again, it is young again, and becomes as old as before.
        Assert.Equal(0, (await MakeAsync(42, 1, OtherRoom, isSent: false)).UnfinishedMs);
        await Eventually.UntilAsync(async () => (await MakeAsync(42, 1, ThirdRoom, isSent: true)).UnfinishedMs > 50);
        Assert.Equal(0, (await MakeAsync(42, 1, OtherRoom, isSent: true)).UnfinishedMs);
    }

    [StoreFact]
    public async Task A_session_leaves_every_room_and_comes_back_and_every_other_number_is_a_room()
    {
        await PutAsync(42, 3, NoRoom);
        var room = NoRoom;
        foreach (var next in new[] { int.MinValue, NoRoom, int.MaxValue, 0, -2 })
        {
            Assert.Equal((true, 3, next, room), await ChangeAsync(42, 1, next));
            Assert.Equal((true, 3, next, next), await EndAsync(42, 1, next));
            Assert.Equal($"{next}:1", await RoomsAsync());
            room = next;
        }
    }

    [StoreFact]
    public async Task A_session_that_is_not_there_is_not_moved()
    {
        await PutAsync(42, 3, Room);
        await PutAsync(43, 3, Room);
        await Router.DelAsync(new DelArg { UserId = 43, Seq = 1 });

        foreach (var (user, seq) in new[] { (42L, 2), (42L, 0), (42L, -1), (43L, 1), (44L, 1) })
        {
            Assert.Equal(new ChangeRoomReply(), await MakeAsync(user, seq, OtherRoom, isSent: false));
            Assert.Equal(new ChangeRoomReply(), await MakeAsync(user, seq, OtherRoom, isSent: true));
        }

        Assert.Equal("7:1", await RoomsAsync());
    }

    [StoreFact]
    public async Task A_restore_keeps_the_room_and_the_change_of_a_session_that_is_there()
    {
        await PutAsync(42, 3, Room);
        await ChangeAsync(42, 1, OtherRoom);

        await Router.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = Room, Seq = 1 });

        Assert.Equal("8:1", await RoomsAsync());
        Assert.Equal((true, 3, OtherRoom, Room), await ChangeAsync(42, 1, ThirdRoom));
    }

    // By seq, by comet server and by request id. Then the seq is put again, as after a restart of its comet.
    [StoreFact]
    public async Task A_deleted_session_takes_its_change_with_it()
    {
        Func<ByteString, Task>[] deletions =
        [
            async _ => await Router.DelAsync(new DelArg { UserId = 42, Seq = 1 }),
            async _ => await Router.DelServerAsync(new DelServerArg { Server = 3 }),
            async id => await Router.DelAsync(new DelArg { UserId = 42, RequestId = id }),
        ];
        foreach (var delete in deletions)
        {
            var id = ByteString.CopyFrom(Guid.NewGuid().ToByteArray());
            await Router.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = Room, Seq = 1, RequestId = id });
            await ChangeAsync(42, 1, OtherRoom);

            await delete(id);
            await Router.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = Room, Seq = 1 });

            Assert.Equal("7:1", await RoomsAsync());
            Assert.Equal((true, 3, ThirdRoom, Room), await ChangeAsync(42, 1, ThirdRoom));
            await Router.DelAsync(new DelArg { UserId = 42, Seq = 1 });
        }
    }

    [StoreFact]
    public async Task The_changes_of_one_user_are_made_in_the_order_of_their_call()
    {
        await PutAsync(42, 3, Room);
        var changes = Enumerable.Range(100, 50).SelectMany(room => new[]
        {
            new ChangeRoomArg { UserId = 42, Seq = 1, RoomId = room },
            new ChangeRoomArg { UserId = 42, Seq = 1, RoomId = room, IsSent = true },
        });

        var reply = await Router.MChangeRoomAsync(new MChangeRoomArg { Changes = { changes } });

        Assert.All(reply.Changes, each => Assert.True(each.Has));
        var left = reply.Changes.Where((_, i) => i % 2 == 0).Select(each => each.LeftRoomId);
        Assert.Equal([Room, .. Enumerable.Range(100, 49)], left);
        Assert.Equal("149:1", await RoomsAsync());
    }

    [StoreFact]
    public async Task Counts_stay_exact_under_concurrent_changes_deletions_and_restores()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async caller =>
        {
            var random = new Random(caller);
            for (var i = 0; i < 60; i++)
            {
                var (user, seq, room) = (random.Next(10), random.Next(1, 6), random.Next(-1, 3));
                var put = new PutArg { UserId = user, Server = random.Next(3), RoomId = room, Seq = random.Next(2) * seq };
                await (random.Next(6) switch
                {
                    0 or 1 => Router.PutAsync(put).ResponseAsync,
                    2 => Router.DelAsync(new DelArg { UserId = user, Seq = seq }).ResponseAsync,
                    3 when i % 10 == 0 => Router.DelServerAsync(new DelServerArg { Server = put.Server }).ResponseAsync,
                    _ => (Task)MakeAsync(user, seq, room, isSent: random.Next(2) == 0),
                });
            }
        }));

        var packed = new PackedRouterRPC.PackedRouterRPCClient(Node.Channel);
        var (rooms, total) = ((await Router.AllRoomCountAsync(new NoArg())).Counter, await packed.TotalsAsync(new NoArg()));
        var all = await GetAllAsync(long.MinValue, 0);
        Assert.Equal((all.Sessions.Sum(user => user.Seqs.Count), all.UserIds.Count), (total.Sessions, total.Users));
        Assert.Equal(total.Sessions, rooms.Values.Sum());
        foreach (var room in new[] { 0, 1, 2 })
        {
            var page = await packed.RoomUsersAsync(new RoomUsersArg { RoomId = room, Limit = 100 });
            Assert.Equal(rooms.GetValueOrDefault(room), page.Counts.Sum());
        }
    }

    private async Task<string> RoomsAsync() => Text((await Router.AllRoomCountAsync(new NoArg())).Counter);

    private async Task<(bool Has, int Server, int Room, int Left)> ChangeAsync(long user, int seq, int room) =>
        Parts(await MakeAsync(user, seq, room, isSent: false));

    private async Task<(bool Has, int Server, int Room, int Left)> EndAsync(long user, int seq, int room) =>
        Parts(await MakeAsync(user, seq, room, isSent: true));

    private static (bool Has, int Server, int Room, int Left) Parts(ChangeRoomReply reply) =>
        (reply.Has, reply.Server, reply.RoomId, reply.LeftRoomId);

    private async Task<ChangeRoomReply> MakeAsync(long user, int seq, int room, bool isSent)
    {
        var change = new ChangeRoomArg { UserId = user, Seq = seq, RoomId = room, IsSent = isSent };
        return (await Router.MChangeRoomAsync(new MChangeRoomArg { Changes = { change } })).Changes.Single();
    }
}
