using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>The methods of RouterRPC that change sessions.</summary>
public abstract class RouterServiceTests : StoreTests
{
    [StoreFact]
    public async Task Put_counts_seq_up_from_1_per_user()
    {
        Assert.Equal(1, await PutAsync(42, 3));
        Assert.Equal(2, await PutAsync(42, 3));
        Assert.Equal(3, await PutAsync(42, 5));
        Assert.Equal(1, await PutAsync(43, 3));
    }

    [StoreFact]
    public async Task Put_with_a_seq_restores_that_session_and_never_gives_one_at_or_below_it()
    {
        Assert.Equal(7, (await Router.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 1, Seq = 7 })).Seq);
        Assert.Equal(5, (await Router.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 1, Seq = 5 })).Seq);

        Assert.Equal(8, await PutAsync(42, 3));
    }

    [StoreFact]
    public async Task Restoring_a_session_that_is_there_leaves_it_in_its_room()
    {
        await Router.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 1, Seq = 1 });
        await Router.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 2, Seq = 1 });

        Assert.Equal("1@3", await SessionsAsync(42));
        Assert.Equal("1:1", Text((await Router.AllRoomCountAsync(new NoArg())).Counter));
        Assert.Equal("3:1", Text((await Router.AllServerCountAsync(new NoArg())).Counter));
        Assert.Equal(1, (await Router.CountAsync(new NoArg())).Count);
    }

    [StoreFact]
    public async Task A_negative_seq_is_refused_and_nothing_of_its_batch_is_put()
    {
        var batch = new MPutArg { Puts = { new PutArg { UserId = 1, Server = 3 }, new PutArg { UserId = 2, Server = 3, Seq = -1 } } };

        Assert.Equal(
            StatusCode.InvalidArgument,
            (await Assert.ThrowsAsync<RpcException>(async () => await Router.MPutAsync(batch))).StatusCode);
        Assert.Equal(0, (await Router.CountAsync(new NoArg())).Count);
    }

    [StoreFact]
    public async Task MPut_answers_in_the_order_of_its_puts()
    {
        var reply = await Router.MPutAsync(new MPutArg
        {
            Puts =
            {
                new PutArg { UserId = 42, Server = 3, Seq = 9 },
                new PutArg { UserId = 42, Server = 3 },
                new PutArg { UserId = 43, Server = 3 }
            },
        });

        Assert.Equal([9, 10, 1], reply.Seqs);
    }

    [StoreFact]
    public async Task Del_says_whether_that_session_was_there()
    {
        await PutAsync(42, 3);

        Assert.True((await Router.DelAsync(new DelArg { UserId = 42, Seq = 1 })).Has);
        Assert.False((await Router.DelAsync(new DelArg { UserId = 42, Seq = 1 })).Has);
        Assert.False((await Router.DelAsync(new DelArg { UserId = 43, Seq = 1 })).Has);
    }

    [StoreFact]
    public async Task Del_with_the_wrong_room_leaves_that_rooms_count_alone()
    {
        await PutAsync(42, 3, room: 1);
        await PutAsync(43, 3, room: 2);

        await Router.DelAsync(new DelArg { UserId = 42, Seq = 1, RoomId = 2 });

        Assert.Equal("2:1", Text((await Router.AllRoomCountAsync(new NoArg())).Counter));
    }

    [StoreFact]
    public async Task DelServer_takes_only_that_servers_sessions_and_the_counts_stay_right()
    {
        await PutAsync(42, 3, room: 1);
        await PutAsync(42, 5, room: 1);
        await PutAsync(43, 3, room: 2);
        await PutAsync(42, 3, room: NoRoom);

        await Router.DelServerAsync(new DelServerArg { Server = 3 });

        Assert.Equal("2@5", await SessionsAsync(42));
        Assert.Equal("", await SessionsAsync(43));
        Assert.Equal("1:1", Text((await Router.AllRoomCountAsync(new NoArg())).Counter));
        Assert.Equal("5:1", Text((await Router.AllServerCountAsync(new NoArg())).Counter));
    }

    [StoreFact]
    public async Task Seq_goes_on_after_DelServer()
    {
        await PutAsync(42, 3);
        await Router.DelServerAsync(new DelServerArg { Server = 3 });

        Assert.Equal(2, await PutAsync(42, 3));
    }

    [StoreFact]
    public async Task Counts_do_not_drift_under_concurrent_callers()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async caller =>
        {
            var random = new Random(caller);
            for (var i = 0; i < 100; i++)
            {
                var user = random.Next(20);
                if (random.Next(3) > 0)
                {
                    await PutAsync(user, random.Next(5), random.Next(4));
                }
                else if (random.Next(10) > 0)
                {
                    await Router.DelAsync(new DelArg { UserId = user, Seq = random.Next(200) });
                }
                else
                {
                    await Router.DelServerAsync(new DelServerArg { Server = random.Next(5) });
                }
            }
        }));

        var all = await GetAllAsync(long.MinValue, 0);
        var servers = all.Sessions.SelectMany(sessions => sessions.Servers)
            .GroupBy(server => server)
            .ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(Text(servers), Text((await Router.AllServerCountAsync(new NoArg())).Counter));
        Assert.Equal(servers.Values.Sum(), (await Router.AllRoomCountAsync(new NoArg())).Counter.Values.Sum());
        Assert.Equal(servers.Values.Sum(), (await Router.CountAsync(new NoArg())).Count);
    }
}
