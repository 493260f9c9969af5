using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Every call of a node over Redis, on all paths that send Redis other commands.</summary>
internal static class EveryCall
{
    private const int Server = 3, OtherServer = 4, Room = 7, OtherRoom = 8;
    private const long User = 42;

    /// <summary>Makes the calls. Each is answered, and leaves no session.</summary>
    /// <param name="node">A node with a lease of 1 s.</param>
    public static async Task MakeAsync(TestNode node)
    {
        var router = node.Client;
        await PutAndDeleteAsync(router);
        await ChangeRoomsAsync(router);
        await ReadAsync(node);
        await router.HeartbeatAsync(new HeartbeatArg { Server = Server });
        await router.DelServerAsync(new DelServerArg { Server = Server });

        await router.PutAsync(new PutArg { UserId = User, Server = OtherServer, RoomId = Room });
        await Eventually.UntilAsync(async () => (await router.CountAsync(new NoArg())).Count == 0);
    }

    // Ends with three sessions: of two users, on Server.
    private static async Task PutAndDeleteAsync(RouterRPC.RouterRPCClient router)
    {
        var (id, other) = (NewId(), NewId());
        Assert.Equal(1, (await router.PutAsync(new PutArg { UserId = User, Server = Server, RoomId = Room })).Seq);
        Assert.Equal(2, (await router.PutAsync(new PutArg { UserId = User, Server = Server, RoomId = Room, RequestId = id })).Seq);
        Assert.Equal(2, (await router.PutAsync(new PutArg { UserId = User, Server = Server, RoomId = Room, RequestId = id })).Seq);

        // Restores: with another room, in place of a put with a request id, and of a number that another server's session has.
        Assert.Equal(1, (await router.PutAsync(new PutArg { UserId = User, Server = Server, RoomId = OtherRoom, Seq = 1 })).Seq);
        Assert.Equal(2, (await router.PutAsync(new PutArg { UserId = User, Server = Server, RoomId = Room, Seq = 2 })).Seq);
        Assert.Equal(3, (await router.PutAsync(new PutArg { UserId = User, Server = OtherServer, RoomId = Room, Seq = 1 })).Seq);

        Assert.Equal(4, (await router.PutAsync(new PutArg { UserId = User, Server = Server, RoomId = Room, RequestId = other })).Seq);
        Assert.True((await router.DelAsync(new DelArg { UserId = User, RequestId = other })).Has);
        Assert.True((await router.DelAsync(new DelArg { UserId = User, Seq = 3 })).Has);
        Assert.False((await router.DelAsync(new DelArg { UserId = User, Seq = 1, AgeMs = 3_600_000 })).Has);

        // The last session of a user, and the next first one.
        var mput = new MPutArg { Puts = { new PutArg { UserId = User + 1, Server = Server, RoomId = Room } } };
        Assert.Equal([1], (await router.MPutAsync(mput)).Seqs);
        Assert.True((await router.DelAsync(new DelArg { UserId = User + 1, Seq = 1 })).Has);
        Assert.Equal([2], (await router.MPutAsync(mput)).Seqs);
    }

    // Out of every room, back, and once more what is done already.
    private static async Task ChangeRoomsAsync(RouterRPC.RouterRPCClient router)
    {
        foreach (var room in new[] { -1, OtherRoom, OtherRoom })
        {
            foreach (var isSent in new[] { false, true })
            {
                var change = new ChangeRoomArg { UserId = User, Seq = 1, RoomId = room, IsSent = isSent };
                var reply = await router.MChangeRoomAsync(new MChangeRoomArg { Changes = { change, change } });
                Assert.Equal([(true, room), (true, room)], reply.Changes.Select(each => (each.Has, each.RoomId)));
            }
        }
    }

    private static async Task ReadAsync(TestNode node)
    {
        var router = node.Client;
        Assert.Equal([1, 2], (await router.GetAsync(new GetArg { UserId = User })).Seqs);
        Assert.Equal(2, (await router.MGetAsync(new MGetArg { UserIds = { User, User + 1 } })).Sessions.Count);
        var packed = new PackedRouterRPC.PackedRouterRPCClient(node.Channel);
        Assert.Equal([2, 1], (await packed.MGetAsync(new PackedMGetArg { UserIds = { User, User + 1 } })).Counts);
        Assert.Equal([User, User + 1], (await packed.RoomUsersAsync(new RoomUsersArg { RoomId = Room, Limit = 10 })).UserIds);
        var total = await packed.TotalsAsync(new NoArg());
        Assert.Equal((3, 2), (total.Sessions, total.Users));
        using var all = router.GetAll(new GetAllArg { AfterUserId = long.MinValue });
        Assert.Equal(2, await all.ResponseStream.ReadAllAsync().Select(page => page.UserIds.Count).SumAsync());
        Assert.Equal(2, (await router.UserCountAsync(new UserCountArg { UserId = User })).Count);
        Assert.Equal(2, (await router.RoomCountAsync(new RoomCountArg { RoomId = Room })).Count);
        Assert.Equal(2, (await router.AllRoomCountAsync(new NoArg())).Counter[Room]);
        Assert.Equal(3, (await router.AllServerCountAsync(new NoArg())).Counter[Server]);
        Assert.Equal(3, (await router.CountAsync(new NoArg())).Count);
    }

    private static ByteString NewId() => ByteString.CopyFrom(Guid.NewGuid().ToByteArray());
}
