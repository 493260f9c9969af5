using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Every method of RouterRPC, on a real node over real gRPC: the same for each store.</summary>
public abstract class RouterServiceTests : IAsyncLifetime
{
    private const int NoRoom = -1;
    private TestNode node = null!;

    /// <summary><c>memory</c> or <c>redis</c>.</summary>
    protected abstract string Store { get; }

    private protected abstract Task<TestNode> StartAsync();

    private RouterRPC.RouterRPCClient Router => node.Client;

    public async Task InitializeAsync() => node = await StartAsync();

    public async Task DisposeAsync() => await node.DisposeAsync();

    [StoreFact]
    public async Task Ping_answers() => Assert.NotNull(await Router.PingAsync(new NoArg()));

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
    public async Task Restoring_a_session_that_is_there_moves_it_and_keeps_the_counts()
    {
        await Router.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 1, Seq = 1 });
        await Router.PutAsync(new PutArg { UserId = 42, Server = 5, RoomId = 2, Seq = 1 });

        Assert.Equal("1@5", await SessionsAsync(42));
        Assert.Equal("2:1", Text((await Router.AllRoomCountAsync(new NoArg())).Counter));
        Assert.Equal("5:1", Text((await Router.AllServerCountAsync(new NoArg())).Counter));
        Assert.Equal(1, (await Router.CountAsync(new NoArg())).Count);
    }

    [StoreFact]
    public async Task A_negative_seq_is_refused_and_nothing_of_its_batch_is_put()
    {
        var batch = new MPutArg { Puts = { new PutArg { UserId = 1, Server = 3 }, new PutArg { UserId = 2, Server = 3, Seq = -1 } } };

        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(async () => await Router.MPutAsync(batch))).StatusCode);
        Assert.Equal(0, (await Router.CountAsync(new NoArg())).Count);
    }

    [StoreFact]
    public async Task A_user_at_the_highest_seq_gets_no_other()
    {
        await Router.PutAsync(new PutArg { UserId = 42, Server = 3, Seq = int.MaxValue });

        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(async () => await PutAsync(42, 3))).StatusCode);
    }

    [StoreFact]
    public async Task MPut_answers_in_the_order_of_its_puts()
    {
        var reply = await Router.MPutAsync(new MPutArg
        {
            Puts = { new PutArg { UserId = 42, Server = 3, Seq = 9 }, new PutArg { UserId = 42, Server = 3 }, new PutArg { UserId = 43, Server = 3 } },
        });

        Assert.Equal([9, 10, 1], reply.Seqs);
    }

    [StoreFact]
    public async Task Get_gives_seqs_and_servers_in_the_same_order()
    {
        await PutAsync(42, 3);
        await PutAsync(42, 5);

        Assert.Equal("1@3 2@5", await SessionsAsync(42));
        Assert.Equal("", await SessionsAsync(43));
    }

    [StoreFact]
    public async Task MGet_answers_as_asked_users_without_a_session_included()
    {
        await PutAsync(42, 3);
        await PutAsync(44, 5);

        var reply = await Router.MGetAsync(new MGetArg { UserIds = { 44, 43, 42, 44 } });

        Assert.Equal([44L, 43, 42, 44], reply.UserIds);
        Assert.Equal(["1@5", "", "1@3", "1@5"], reply.Sessions.Select(Text));
    }

    [StoreFact]
    public async Task Packed_MGet_answers_the_same_in_arrays()
    {
        await PutAsync(42, 3);
        await PutAsync(44, 5);
        await PutAsync(44, 3);
        await PutAsync(-1, 0);
        await Router.DelAsync(new DelArg { UserId = 44, Seq = 1 });
        await PutAsync(44, 8);

        var reply = await new PackedRouterRPC.PackedRouterRPCClient(node.Channel).MGetAsync(new PackedMGetArg { UserIds = { 44, 43, 42, -1, 44 } });

        Assert.Equal([2, 0, 1, 1, 2], reply.Counts);
        Assert.Equal([2, 3, 1, 1, 2, 3], reply.Seqs);
        Assert.Equal([3, 8, 3, 0, 3, 8], reply.Servers);
    }

    [StoreFact]
    public async Task Packed_MGet_of_nobody_is_empty()
    {
        var reply = await new PackedRouterRPC.PackedRouterRPCClient(node.Channel).MGetAsync(new PackedMGetArg());

        Assert.Equal(0, reply.Counts.Count + reply.Seqs.Count + reply.Servers.Count);
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
    public async Task Counts_add_up_over_users_rooms_and_servers()
    {
        await PutAsync(42, 3, room: 1);
        await PutAsync(42, 5, room: NoRoom);
        await PutAsync(43, 3, room: 1);
        await PutAsync(44, 0, room: 0);

        Assert.Equal("-1:1 0:1 1:2", Text((await Router.AllRoomCountAsync(new NoArg())).Counter));
        Assert.Equal("0:1 3:2 5:1", Text((await Router.AllServerCountAsync(new NoArg())).Counter));
        Assert.Equal(2, (await Router.RoomCountAsync(new RoomCountArg { RoomId = 1 })).Count);
        Assert.Equal(0, (await Router.RoomCountAsync(new RoomCountArg { RoomId = 9 })).Count);
        Assert.Equal(2, (await Router.UserCountAsync(new UserCountArg { UserId = 42 })).Count);
        Assert.Equal(4, (await Router.CountAsync(new NoArg())).Count);
    }

    [StoreFact]
    public async Task GetAll_pages_through_the_users_in_ascending_order()
    {
        long[] users = [long.MaxValue, -5, 0, 42, 17, 100_000];
        foreach (var user in users)
        {
            await PutAsync(user, 3);
        }

        await PutAsync(18, 3);
        await Router.DelAsync(new DelArg { UserId = 18, Seq = 1 });

        Assert.Equal([-5L, 0, 17], (await GetAllAsync(long.MinValue, 3)).UserIds);
        Assert.Equal([42L, 100_000, long.MaxValue], (await GetAllAsync(17, 3)).UserIds);
        Assert.Empty((await GetAllAsync(long.MaxValue, 3)).UserIds);
    }

    // An empty page is the end, so one user in a page who leaves while it is made must not leave it empty.
    [StoreFact]
    public async Task A_page_is_full_although_users_leave_while_it_is_made()
    {
        await PutAsync(100, 3);
        using var stop = new CancellationTokenSource();
        var leaving = Enumerable.Range(1, 4).Select(user => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await Router.DelAsync(new DelArg { UserId = user, Seq = await PutAsync(user, 3) });
            }
        })).ToArray();

        for (var page = 0; page < 1_000; page++)
        {
            Assert.Single((await GetAllAsync(long.MinValue, 1)).UserIds);
        }

        await stop.CancelAsync();
        await Task.WhenAll(leaving);
    }

    [StoreFact]
    public async Task GetAll_without_a_limit_streams_everyone()
    {
        for (var user = 0; user < 2_500; user++)
        {
            await PutAsync(user, 3);
        }

        var all = await GetAllAsync(long.MinValue, 0);

        Assert.Equal(Enumerable.Range(0, 2_500).Select(user => (long)user), all.UserIds);
        Assert.All(all.Sessions, sessions => Assert.Equal("1@3", Text(sessions)));
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
        var servers = all.Sessions.SelectMany(sessions => sessions.Servers).GroupBy(server => server).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(Text(servers), Text((await Router.AllServerCountAsync(new NoArg())).Counter));
        Assert.Equal(servers.Values.Sum(), (await Router.AllRoomCountAsync(new NoArg())).Counter.Values.Sum());
        Assert.Equal(servers.Values.Sum(), (await Router.CountAsync(new NoArg())).Count);
    }

    [StoreFact]
    public async Task Every_answer_names_the_store()
    {
        using var call = Router.GetAsync(new GetArg { UserId = 1 });

        Assert.Equal(Store, (await call.ResponseHeadersAsync).GetValue("goim-store"));
    }

    [StoreFact]
    public async Task Health_is_served() => Assert.Equal(
        HealthCheckResponse.Types.ServingStatus.Serving,
        (await new Health.HealthClient(node.Channel).CheckAsync(new HealthCheckRequest())).Status);

    [StoreFact]
    public async Task Reflection_lists_the_service()
    {
        using var call = new ServerReflection.ServerReflectionClient(node.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Contains(call.ResponseStream.Current.ListServicesResponse.Service, service => service.Name == "goim.router.RouterRPC");
        await call.RequestStream.CompleteAsync();
    }

    private static string Text(GetReply sessions) => string.Join(' ', sessions.Seqs.Zip(sessions.Servers, (seq, server) => $"{seq}@{server}"));

    private static string Text(IEnumerable<KeyValuePair<int, int>> counter) =>
        string.Join(' ', counter.OrderBy(count => count.Key).Select(count => $"{count.Key}:{count.Value}"));

    private async Task<int> PutAsync(long user, int server, int room = NoRoom) =>
        (await Router.PutAsync(new PutArg { UserId = user, Server = server, RoomId = room })).Seq;

    private async Task<string> SessionsAsync(long user) => Text(await Router.GetAsync(new GetArg { UserId = user }));

    private async Task<GetAllReply> GetAllAsync(long after, int limit)
    {
        var all = new GetAllReply();
        using var call = Router.GetAll(new GetAllArg { AfterUserId = after, Limit = limit });
        await foreach (var reply in call.ResponseStream.ReadAllAsync())
        {
            all.MergeFrom(reply);
        }

        return all;
    }
}
