using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Goim.Router.Leases;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Writes that Redis holds up, or that no replica confirms.</summary>
public sealed class RedisWritesTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    // Redis pauses writes itself while it hands over to a replica.
    [RedisFact]
    public async Task Lookups_go_on_while_Redis_holds_up_writes()
    {
        await redis.Server.FlushAsync();
        await using var node = await StartAsync();
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });
        await redis.Server.CommandAsync("CLIENT", "PAUSE", "60000", "WRITE");
        try
        {
            var put = node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 }).ResponseAsync;
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
                await Task.Delay(50);
            }

            Assert.False(put.IsCompleted);
            await redis.Server.CommandAsync("CLIENT", "UNPAUSE");
            Assert.Equal(2, (await put).Seq);
        }
        finally
        {
            await redis.Server.CommandAsync("CLIENT", "UNPAUSE");
        }
    }

    // Sessions in every bucket. The first of them waits for a replica in vain.
    [RedisFact]
    public async Task Without_its_replica_a_servers_sessions_are_deleted_and_the_call_says_that_it_is_not_confirmed()
    {
        await redis.Server.FlushAsync();
        await using var alone = await StartAsync();
        await using var node = await StartAsync("--RouterNode:RedisReplicas=1");
        await PutAsync(alone);

        var failed = await Assert.ThrowsAsync<RpcException>(
            async () => await node.Client.DelServerAsync(new DelServerArg { Server = 3, AgeMs = 0 }));

        Assert.Equal((StatusCode.Unavailable, "replicas"), (failed.StatusCode, failed.Trailers.GetValue("goim-reason")));
        Assert.Equal(0, (await alone.Client.CountAsync(new NoArg())).Count);
    }

    [RedisFact]
    public async Task Without_its_replica_leases_expire_too()
    {
        await redis.Server.FlushAsync();
        await using var alone = await StartAsync();
        await using var node = await StartAsync("--RouterNode:RedisReplicas=1", "--RouterNode:ServerLease=1.00:00:00");
        await PutAsync(alone);
        var leases = node.Services.GetRequiredService<LeaseExpiry>();
        await leases.ExpireAsync(CancellationToken.None);

        // The lease has just ended, and all sessions are older than half of it.
        await redis.Server.CommandAsync("ZADD", "goim3:leases", $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000}", "3");
        await using var direct = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(redis.Server.Setting);
        for (var user = 1; user <= 32; user++)
        {
            await direct.GetDatabase().HashSetAsync($"{{goim3:{user % 16}}}u{user}", 1, "3 7 1.000");
        }

        await leases.ExpireAsync(CancellationToken.None);

        Assert.Equal(0, (await alone.Client.CountAsync(new NoArg())).Count);
        Assert.Equal("", await redis.Server.CommandAsync("ZSCORE", "goim3:leases", "3"));
    }

    private Task<TestNode> StartAsync(params string[] settings) =>
        TestNode.StartAsync(null, ["--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}", .. settings]);

    private static async Task PutAsync(TestNode node) => await node.Client.MPutAsync(
        new MPutArg { Puts = { Enumerable.Range(1, 32).Select(user => new PutArg { UserId = user, Server = 3, RoomId = 7 }) } });
}
