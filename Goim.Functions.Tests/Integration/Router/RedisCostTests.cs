using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>The commands that Redis carries out for a call, as it counts them itself.</summary>
public sealed class RedisCostTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly ByteString Request = ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, 16)]);

    // The commands of the node's own watch do not count.
    private static readonly string[] Watch = ["get", "role", "eval", "ping", "info", "client", "config", "hello", "echo", "script"];

    [RedisFact]
    public async Task A_change_takes_the_same_commands_for_a_user_with_one_session_and_with_twenty_thousand()
    {
        await redis.Server.FlushAsync();
        await using var node = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}", "--RouterNode:MaxSessionsPerUser=0");
        await PutAsync(node, 16, 2);
        await PutAsync(node, 32, 20_000);
        await ChangesAsync(node, 48);

        var (few, many) = (await CommandsAsync(node, 16), await CommandsAsync(node, 32));

        Assert.Equal(few, many);
        Assert.Contains("hset", few, StringComparison.Ordinal);
        Assert.DoesNotContain("hgetall", few, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task An_MPut_renews_the_leases_of_all_its_servers_in_one_command()
    {
        await redis.Server.FlushAsync();
        await using var node = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}", "--RouterNode:ServerLease=1.00:00:00");
        await node.Client.MPutAsync(OnServers(1_000));
        await redis.Server.CommandAsync("CONFIG", "RESETSTAT");

        await node.Client.MPutAsync(OnServers(2_000));

        // A script for each put, and one for the leases.
        Assert.Contains(
            "cmdstat_evalsha:calls=501,", await redis.Server.CommandAsync("INFO", "commandstats"), StringComparison.Ordinal);
        Assert.Equal("1000", await redis.Server.CommandAsync("ZCARD", "goim3:leases"));

        static MPutArg OnServers(int first) => new()
        {
            Puts = { Enumerable.Range(first, 500).Select(server => new PutArg { UserId = 42, Server = server, RoomId = 7 }) },
        };
    }

    private static async Task PutAsync(TestNode node, long user, int sessions)
    {
        foreach (var seqs in Enumerable.Range(1, sessions).Chunk(5_000))
        {
            await node.Client.MPutAsync(
                new MPutArg { Puts = { seqs.Select(seq => new PutArg { UserId = user, Server = 3, RoomId = 7, Seq = seq }) } });
        }
    }

    private async Task<string> CommandsAsync(TestNode node, long user)
    {
        await redis.Server.CommandAsync("CONFIG", "RESETSTAT");
        await ChangesAsync(node, user);
        var commands = (await redis.Server.CommandAsync("INFO", "commandstats")).Split('\n')
            .Where(line => line.StartsWith("cmdstat_", StringComparison.Ordinal))
            .Select(line => line["cmdstat_".Length..].Split(',')[0])
            .Where(line => !Watch.Contains(line.Split(':', '|')[0]));
        return string.Join(' ', commands.Order(StringComparer.Ordinal));
    }

    // Each kind of put and deletion, with a session on another server that the user had before.
    private static async Task ChangesAsync(TestNode node, long user)
    {
        await node.Client.PutAsync(new PutArg { UserId = user, Server = 3, RoomId = 7, RequestId = Request });
        await node.Client.PutAsync(new PutArg { UserId = user, Server = 5, RoomId = 7 });
        var seq = (await node.Client.PutAsync(new PutArg { UserId = user, Server = 3, RoomId = 7 })).Seq;
        await node.Client.PutAsync(new PutArg { UserId = user, Server = 3, RoomId = 8, Seq = seq });
        var change = new ChangeRoomArg { UserId = user, Seq = seq, RoomId = 8 };
        await node.Client.MChangeRoomAsync(new MChangeRoomArg { Changes = { change, new ChangeRoomArg(change) { IsSent = true } } });
        Assert.True((await node.Client.DelAsync(new DelArg { UserId = user, Seq = seq })).Has);
        Assert.True((await node.Client.DelAsync(new DelArg { UserId = user, RequestId = Request })).Has);
        await node.Client.DelServerAsync(new DelServerArg { Server = 5, AgeMs = 0 });
    }
}
