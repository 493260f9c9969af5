using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Health.V1;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>The methods of RouterRPC that only read, and health.</summary>
public abstract class RouterReadTests : StoreTests
{
    [StoreFact]
    public async Task Ping_answers() => Assert.NotNull(await Router.PingAsync(new NoArg()));

    [StoreFact]
    public async Task Get_gives_seqs_and_servers_in_the_same_order()
    {
        await PutAsync(42, 3);
        await PutAsync(42, 5);

        Assert.Equal("1@3 2@5", await SessionsAsync(42));
        Assert.Equal("", await SessionsAsync(43));
    }

    [StoreFact]
    public async Task MGet_answers_each_user_once_in_the_order_asked_users_without_a_session_included()
    {
        await PutAsync(42, 3);
        await PutAsync(44, 5);

        var reply = await Router.MGetAsync(new MGetArg { UserIds = { 44, 43, 42, 44 } });

        Assert.Equal([44L, 43, 42], reply.UserIds);
        Assert.Equal(["1@5", "", "1@3"], reply.Sessions.Select(Text));
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

        var reply = await new PackedRouterRPC.PackedRouterRPCClient(Node.Channel)
            .MGetAsync(new PackedMGetArg { UserIds = { 44, 43, 42, -1, 44 } });

        Assert.Equal([2, 0, 1, 1, 2], reply.Counts);
        Assert.Equal([2, 3, 1, 1, 2, 3], reply.Seqs);
        Assert.Equal([3, 8, 3, 0, 3, 8], reply.Servers);
    }

    [StoreFact]
    public async Task Packed_MGet_of_nobody_is_empty()
    {
        var reply = await new PackedRouterRPC.PackedRouterRPCClient(Node.Channel).MGetAsync(new PackedMGetArg());

        Assert.Equal(0, reply.Counts.Count + reply.Seqs.Count + reply.Servers.Count);
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

    // An empty page means the end, so a page must not become empty because its only user disconnects while it is read.
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
    public async Task Every_answer_names_the_store()
    {
        using var call = Router.GetAsync(new GetArg { UserId = 1 });

        Assert.Equal(Store, (await call.ResponseHeadersAsync).GetValue("goim-store"));
    }

    [StoreFact]
    public async Task Health_is_served() => Assert.Equal(
        HealthCheckResponse.Types.ServingStatus.Serving,
        (await new Health.HealthClient(Node.Channel).CheckAsync(new HealthCheckRequest())).Status);
}
