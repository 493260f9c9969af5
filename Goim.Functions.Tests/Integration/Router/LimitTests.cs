using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Goim.Router;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>How much a call may ask of a node, and what a node does for a caller who is gone.</summary>
public abstract class LimitTests : StoreTests
{
    private ISessions Sessions => Node.Services.GetRequiredService<ISessions>();

    private PackedRouterRPC.PackedRouterRPCClient Packed => new(Node.Channel);

    [StoreFact]
    public async Task MGet_takes_ten_thousand_users_and_no_more()
    {
        await PutAsync(42, 3);

        var all = await Router.MGetAsync(new MGetArg { UserIds = { Users(10_000) } });
        Assert.Equal(Users(10_000), all.UserIds);
        Assert.Equal("1@3", Text(all.Sessions[41]));
        await RefusesAsync(
            () => Router.MGetAsync(new MGetArg { UserIds = { Users(10_001) } }),
            StatusCode.InvalidArgument,
            "user_ids has 10001 entries: expected 10000 at most.");
    }

    [StoreFact]
    public async Task Packed_MGet_takes_ten_thousand_users_and_no_more()
    {
        await PutAsync(42, 3);

        var all = await Packed.MGetAsync(new PackedMGetArg { UserIds = { Users(10_000) } });
        Assert.Equal(10_000, all.Counts.Count);
        Assert.Equal(1, all.Counts[41]);
        await RefusesAsync(
            () => Packed.MGetAsync(new PackedMGetArg { UserIds = { Users(10_001) } }),
            StatusCode.InvalidArgument,
            "user_ids has 10001 entries: expected 10000 at most.");
    }

    // 4 MB of one id made a reply of 36 MB.
    [StoreFact]
    public async Task Four_million_equal_ids_are_refused() => await RefusesAsync(
        () => Router.MGetAsync(new MGetArg { UserIds = { Enumerable.Repeat(42L, 4_000_000) } }),
        StatusCode.InvalidArgument,
        "The message is larger than 1048576 bytes. 10000 users or 10000 puts fit.");

    [StoreFact]
    public async Task Ten_thousand_equal_ids_are_answered_once()
    {
        await PutAsync(42, 3);

        var reply = await Router.MGetAsync(new MGetArg { UserIds = { Enumerable.Repeat(42L, 10_000) } });

        Assert.Equal([42L], reply.UserIds);
        Assert.Equal(["1@3"], reply.Sessions.Select(Text));
    }

    [StoreFact]
    public async Task MPut_takes_ten_thousand_puts_and_no_more()
    {
        static MPutArg Puts(int count) => new() { Puts = { Users(count).Select(user => new PutArg { UserId = user, Server = 3 }) } };

        await RefusesAsync(
            () => Router.MPutAsync(Puts(10_001)), StatusCode.InvalidArgument, "puts has 10001 entries: expected 10000 at most.");
        Assert.Equal(0, (await Router.CountAsync(new NoArg())).Count);

        Assert.Equal(10_000, (await Router.MPutAsync(Puts(10_000))).Seqs.Count);
        Assert.Equal(10_000, (await Router.CountAsync(new NoArg())).Count);
    }

    [StoreFact]
    public async Task MChangeRoom_takes_ten_thousand_changes_and_no_more()
    {
        static MChangeRoomArg Changes(int count) => new()
        {
            Changes = { Enumerable.Repeat(new ChangeRoomArg { UserId = 42, Seq = 1, RoomId = int.MinValue }, count) },
        };
        await PutAsync(42, 3, room: 7);

        await RefusesAsync(
            () => Router.MChangeRoomAsync(Changes(10_001)),
            StatusCode.InvalidArgument,
            "changes has 10001 entries: expected 10000 at most.");
        Assert.Equal(1, (await Router.RoomCountAsync(new RoomCountArg { RoomId = 7 })).Count);

        Assert.Equal(10_000, (await Router.MChangeRoomAsync(Changes(10_000))).Changes.Count(each => each.LeftRoomId == 7));
    }

    [StoreFact]
    public async Task RoomUsers_takes_a_room_and_a_limit_of_ten_thousand_and_no_more()
    {
        await PutAsync(42, 3, room: 7);

        Assert.Equal([42L], (await Packed.RoomUsersAsync(new RoomUsersArg { RoomId = 7, Limit = 10_000 })).UserIds);
        foreach (var limit in new[] { 0, -1, 10_001 })
        {
            await RefusesAsync(
                () => Packed.RoomUsersAsync(new RoomUsersArg { RoomId = 7, Limit = limit }),
                StatusCode.InvalidArgument,
                $"limit is {limit}: expected 1 to 10000.");
        }

        await RefusesAsync(
            () => Packed.RoomUsersAsync(new RoomUsersArg { RoomId = NoRoom, Limit = 1 }),
            StatusCode.InvalidArgument,
            "room_id is -1, which stands for no room: expected a room.");
    }

    // An app of the version before repeats ids. 7,000 times 300 sessions are more than 16 MiB.
    [StoreFact]
    public async Task A_packed_answer_for_repeated_ids_is_refused_above_sixteen_megabytes()
    {
        await Router.MPutAsync(new MPutArg { Puts = { Enumerable.Repeat(new PutArg { UserId = 42, Server = 3 }, 300) } });

        Assert.Equal(
            300 * 6_000, (await BigPacked().MGetAsync(new PackedMGetArg { UserIds = { Enumerable.Repeat(42L, 6_000) } })).Seqs.Count);
        var refused = await RefusesAsync(
            () => Packed.MGetAsync(new PackedMGetArg { UserIds = { Enumerable.Repeat(42L, 7_000) } }),
            StatusCode.ResourceExhausted,
            "The answer for 7000 users is larger than 16777216 bytes: ask for fewer users.");
        Assert.Equal("size", refused.Trailers.GetValue("goim-reason"));
    }

    [StoreFact]
    public async Task The_store_stops_at_the_number_of_sessions_that_an_answer_holds()
    {
        foreach (var user in new long[] { 1, 2, 2, 3 })
        {
            await PutAsync(user, 3);
        }

        Assert.Equal(["1@3", "1@3 2@3", "1@3"], await UpToAsync(4));
        Assert.Equal(["1@3", "1@3 2@3"], await UpToAsync(3));
        Assert.Equal(["1@3"], await UpToAsync(2));
        Assert.Equal([], await UpToAsync(0));
        Assert.Null(await Sessions.GetPackedAsync([1, 2, 3], 3, CancellationToken.None));
        Assert.Equal([1, 2, 1], (await Sessions.GetPackedAsync([1, 2, 3], 4, CancellationToken.None))!.Counts);

        async Task<IEnumerable<string>> UpToAsync(int max) =>
            (await Sessions.GetAsync([1, 2, 3], max, CancellationToken.None)).Select(Text);
    }

    [StoreFact]
    public async Task The_store_does_nothing_for_a_caller_who_is_gone()
    {
        await PutAsync(42, 3);
        var gone = new CancellationToken(canceled: true);

        await StopsAsync(() => Sessions.GetAsync([42], 10, gone).AsTask());
        await StopsAsync(() => Sessions.GetPackedAsync([42], 10, gone).AsTask());
        await StopsAsync(() => Sessions.UsersAboveAsync(0, 10, gone).AsTask());
        await StopsAsync(() => Sessions.RoomUsersAsync(7, null, 10, gone).AsTask());
        await StopsAsync(() => Sessions.AddRoomCountsAsync(new Dictionary<int, int>(), gone).AsTask());
        await StopsAsync(() => Sessions.AddServerCountsAsync(new Dictionary<int, int>(), gone).AsTask());
        await StopsAsync(() => Sessions.DelServerAsync(3, TimeSpan.Zero, () => ValueTask.CompletedTask, gone).AsTask());
        Assert.Equal("1@3", await SessionsAsync(42));
    }

    private static IEnumerable<long> Users(int count) => Enumerable.Range(1, count).Select(user => (long)user);

    private static async Task StopsAsync(Func<Task> call) => await Assert.ThrowsAnyAsync<OperationCanceledException>(call);

    private static async Task<RpcException> RefusesAsync<T>(Func<AsyncUnaryCall<T>> call, StatusCode status, string detail)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await call());
        Assert.Equal((status, detail), (refused.StatusCode, refused.Status.Detail));
        return refused;
    }

    // The answer is larger than the 4 MB that a client takes unless told otherwise.
    private PackedRouterRPC.PackedRouterRPCClient BigPacked() => new(Grpc.Net.Client.GrpcChannel.ForAddress(
        Node.Address, new Grpc.Net.Client.GrpcChannelOptions { MaxReceiveMessageSize = RouterLimits.MaxReplyBytes }));
}

public sealed class MemoryLimitTests : LimitTests
{
    protected override string Store => "memory";

    private protected override Task<TestNode> StartAsync() => TestNode.StartAsync();
}

public sealed class RedisLimitTests(RedisFixture redis) : LimitTests, IClassFixture<RedisFixture>
{
    protected override string Store => "redis";

    private protected override Task<TestNode> StartAsync() => StartAsync(redis);
}
