using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Goim.Router.Leases;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Keys of the node that hold something else: the call says so in one sentence, and writes nothing.</summary>
public sealed class ForeignDataTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    // The room of which a member "other" would be: its first byte, 111, is -56.
    private const int Other = -56;

    private static readonly Google.Protobuf.ByteString Request = Google.Protobuf.ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, 16)]);

    // Users 16 and 32 are in bucket 0. User 16 has a session with a request id on server 3 in room 7.
    [RedisTheory]
    [InlineData("{goim3:0}rooms", "DEL {goim3:0}rooms", "SET {goim3:0}rooms other")]
    [InlineData("{goim3:0}rooms", "HSET {goim3:0}rooms 7 many", "")]
    [InlineData("{goim3:0}servers", "DEL {goim3:0}servers", "SADD {goim3:0}servers other")]
    [InlineData("{goim3:0}servers", "HSET {goim3:0}servers 3 many", "")]
    [InlineData("{goim3:0}index", "DEL {goim3:0}index", "RPUSH {goim3:0}index other")]
    [InlineData("{goim3:0}members", "DEL {goim3:0}members", "RPUSH {goim3:0}members other")]
    [InlineData("{goim3:0}users", "SET {goim3:0}users many", "")]
    [InlineData("{goim3:0}users", "DEL {goim3:0}users", "HSET {goim3:0}users 1 1")]
    [InlineData("{goim3:0}u16", "DEL {goim3:0}u16", "SET {goim3:0}u16 other")]
    [InlineData("{goim3:0}u16", "HSET {goim3:0}u16 1 other", "")]
    [InlineData("{goim3:0}u16", "HSET {goim3:0}u16 n other", "")]
    public async Task A_call_that_would_change_them_changes_nothing(string key, string first, string second)
    {
        await redis.Server.FlushAsync();
        await using var node = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");
        await node.Client.PutAsync(new PutArg { UserId = 16, Server = 3, RoomId = 7, RequestId = Request });
        await node.Client.PutAsync(new PutArg { UserId = 32, Server = 3, RoomId = 7, RequestId = Request });
        await using var direct = await ConnectionMultiplexer.ConnectAsync($"{redis.Server.Setting},allowAdmin=true");
        foreach (var command in new[] { first, second }.Where(command => command.Length > 0))
        {
            await direct.GetDatabase().ExecuteAsync(command.Split(' ')[0], command.Split(' ')[1..]);
        }

        var before = await ContentAsync(direct);

        await RefusedAsync(key, async () => await node.Client.PutAsync(new PutArg { UserId = 16, Server = 3, RoomId = 7, Seq = 1 }));
        await RefusedAsync(key, async () => await node.Client.DelAsync(new DelArg { UserId = 16, Seq = 1 }));
        await RefusedAsync(key, async () => await node.Client.DelAsync(new DelArg { UserId = 16, RequestId = Request }));
        if (!key.EndsWith("servers", StringComparison.Ordinal) && !key.EndsWith("index", StringComparison.Ordinal)
            && !key.EndsWith("users", StringComparison.Ordinal) && first != "HSET {goim3:0}u16 n other")
        {
            await RefusedAsync(key, async () => await node.Client.MChangeRoomAsync(Change(room: 8)));
        }

        if (!key.EndsWith("index", StringComparison.Ordinal))
        {
            await RefusedAsync(key, async () => await node.Client.DelServerAsync(new DelServerArg { Server = 3, AgeMs = 0 }));
        }

        Assert.Equal(before, await ContentAsync(direct));
    }

    [RedisTheory]
    [InlineData("SET {goim3:0}u16 other")]
    [InlineData("HSET {goim3:0}u16 1 other")]
    [InlineData("HSET {goim3:0}u16 n other")]
    [InlineData("HSET {goim3:0}rooms 7 many")]
    [InlineData("HSET {goim3:0}servers 3 many")]
    [InlineData("SET {goim3:0}servers other")]
    [InlineData("SET {goim3:0}users many")]
    [InlineData("SET {goim3:0}members other")]
    [InlineData("ZADD {goim3:0}members 0 other")]
    public async Task A_read_of_them_fails(string command)
    {
        await redis.Server.FlushAsync();
        await using var node = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");
        await node.Client.PutAsync(new PutArg { UserId = 16, Server = 3, RoomId = 7 });
        await using var direct = await ConnectionMultiplexer.ConnectAsync($"{redis.Server.Setting},allowAdmin=true");
        var words = command.Split(' ');
        if (words[0] == "SET")
        {
            await direct.GetDatabase().KeyDeleteAsync(words[1]);
        }

        await direct.GetDatabase().ExecuteAsync(words[0], words[1..]);

        var packed = new PackedRouterRPC.PackedRouterRPCClient(node.Channel);
        Func<Task> read = words switch
        {
            [_, "{goim3:0}users", ..] => async () => await packed.TotalsAsync(new NoArg()),
            [_, "{goim3:0}members", ..] => async () => await packed.RoomUsersAsync(new RoomUsersArg { RoomId = Other, Limit = 1 }),
            [_, "{goim3:0}u16", "n", ..] => async () => await node.Client.UserCountAsync(new UserCountArg { UserId = 16 }),
            [_, "{goim3:0}u16", ..] => async () => await node.Client.GetAsync(new GetArg { UserId = 16 }),
            [_, "{goim3:0}rooms", ..] => async () => await node.Client.AllRoomCountAsync(new NoArg()),
            _ => async () => await node.Client.AllServerCountAsync(new NoArg()),
        };
        await RefusedAsync("", read);
    }

    [RedisFact]
    public async Task A_change_of_room_that_no_node_wrote_is_kept()
    {
        await redis.Server.FlushAsync();
        await using var node = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");
        await node.Client.PutAsync(new PutArg { UserId = 16, Server = 3, RoomId = 7 });
        await redis.Server.CommandAsync("HSET", "{goim3:0}u16", "m1", "other");

        foreach (var change in new[] { Change(room: 7), Change(room: 8), Change(room: 7, isSent: true) })
        {
            await RefusedAsync("{goim3:0}u16", async () => await node.Client.MChangeRoomAsync(change));
        }

        Assert.Equal("other", await redis.Server.CommandAsync("HGET", "{goim3:0}u16", "m1"));
    }

    [RedisFact]
    public async Task The_callers_of_the_app_get_one_sentence()
    {
        await redis.Server.FlushAsync();
        await using var host = await TestHost.StartAsync(
            ["1"], [], nodeSettings: ["--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}"]);
        await redis.Server.CommandAsync("SET", "{goim3:1}servers", "other");

        const string Foreign = "the Redis of router node 1 holds foreign data in the node's keys: ";
        (await host.PostAsync("/1/connect", """{"token":"17","server":3}""")).IsRefused($"{Foreign}the client is not connected.");
        (await host.GetAsync("/1/count?type=server")).IsRefused($"{Foreign}the count would be short.");
        (await host.GetAsync("/1/router/get?uid=17")).HasData("""{"userId":17,"sessions":[]}""");
        (await host.PostAsync("/1/connect", """{"token":"16","server":3}""")).HasData("""{"key":"16_1","roomId":1}""");
    }

    // The node itself reads the index and the servers, for leases. It must survive what it finds.
    [RedisFact]
    public async Task A_foreign_entry_of_the_index_or_of_the_servers_ends_no_node()
    {
        await redis.Server.FlushAsync();
        await using var node = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}", "--RouterNode:ServerLease=1.00:00:00");
        await node.Client.PutAsync(new PutArg { UserId = 16, Server = 3, RoomId = 7 });
        await using var direct = await ConnectionMultiplexer.ConnectAsync(redis.Server.Setting);
        await direct.GetDatabase().SortedSetAddAsync("{goim3:0}index", new byte[] { 0x80, 0, 0, 3, 1, 2 }, 0);
        await RefusedAsync("", async () => await node.Client.DelServerAsync(new DelServerArg { Server = 3, AgeMs = 0 }));
        await direct.GetDatabase().SortedSetAddAsync("goim3:leases", 3, 1);
        await node.Services.GetRequiredService<LeaseExpiry>().ExpireAsync(CancellationToken.None);
        await direct.GetDatabase().HashSetAsync("{goim3:0}servers", "foo", 1);
        await node.Services.GetRequiredService<LeaseExpiry>().ExpireAsync(CancellationToken.None);
        await RefusedAsync("", async () =>
        {
            using var all = node.Client.GetAll(new GetAllArg { AfterUserId = long.MinValue });
            await all.ResponseStream.MoveNext(CancellationToken.None);
        });

        Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = 16 })).Seqs);
    }

    [RedisTheory]
    [InlineData("something else")]
    [InlineData("ABCDEF12 3 16")]
    [InlineData("abcdef12 3 12345678901")]
    public async Task A_name_of_the_data_that_no_node_wrote_is_kept(string name)
    {
        await redis.Server.FlushAsync();
        await redis.Server.CommandAsync("SET", "goim:store", name);
        await using var node = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");

        await RefusedAsync("", async () => await node.Client.PutAsync(new PutArg { UserId = 16, Server = 3, RoomId = 7 }));

        Assert.Equal(name, await redis.Server.CommandAsync("GET", "goim:store"));
    }

    private static MChangeRoomArg Change(int room, bool isSent = false) =>
        new() { Changes = { new ChangeRoomArg { UserId = 16, Seq = 1, RoomId = room, IsSent = isSent } } };

    private static async Task RefusedAsync(string key, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(
            (StatusCode.FailedPrecondition, "foreign"), (refused.StatusCode, refused.Trailers.GetValue("goim-reason")));
        Assert.Contains("foreign data", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Contains(key, refused.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("script", refused.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task<string> ContentAsync(ConnectionMultiplexer direct)
    {
        // A deletion of a server changes its epoch before it deletes anything.
        var keys = direct.GetServers()[0].Keys().Where(key => key != "goim3:epochs").OrderBy(key => (string)key!, StringComparer.Ordinal);
        var dumps = await Task.WhenAll(keys.Select(async key =>
            $"{key} {Convert.ToHexString((await direct.GetDatabase().KeyDumpAsync(key))!)}"));
        return string.Join('\n', dumps);
    }
}
