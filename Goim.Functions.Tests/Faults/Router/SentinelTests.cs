using System.Diagnostics;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Xunit.Abstractions;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>A Redis master that Sentinels replace while callers put and delete at two nodes.</summary>
// With one replica, a write that it has confirmed cannot be lost: with two, the one that confirms may not be the one that takes over.
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class SentinelTests(ITestOutputHelper output)
{
    private const int Callers = 20;

    /// <summary>Time in which nodes follow the Sentinels to the new master.</summary>
    private static readonly TimeSpan FewSeconds = TimeSpan.FromSeconds(5);

    // Without a replica to wait for, Redis itself loses what the old master answers after the new one has taken over.
    [RedisFact]
    public async Task Nodes_follow_a_planned_failover_and_keep_what_they_answer_from_then_on()
    {
        await using var redis = await RedisSentinels.StartAsync(replicas: 1);
        await using var first = await StartAsync(redis, replicas: 0);
        await using var second = await StartAsync(redis, replicas: 0);
        var calls = new RecordedCalls(0, first.Client, second.Client);
        var later = new RecordedCalls(1_000, first.Client, second.Client);

        await calls.RunAsync(Callers, FailOverAsync());

        await using var direct = await StartAtAsync(await redis.MasterAsync());
        output.WriteLine($"{calls.Sessions.Count} puts, {calls.Sessions.Deleted} deletions, {calls.Failed} calls failed and were repeated");
        output.WriteLine($"puts lost, deletions undone, and others: {await calls.Sessions.CompareAsync(direct.Client)}");
        Assert.Empty(later.Wrong.Take(10));
        Assert.Equal((0, 0, 0), await later.Sessions.CompareAsync(direct.Client));

        async Task FailOverAsync()
        {
            var old = await redis.MasterAsync();
            await UntilAnsweredAsync(calls, 1_000);
            await redis.FailoverAsync();
            await using var promoted = await StartAtAsync(await redis.UntilOtherMasterAsync(old));
            var start = Stopwatch.GetTimestamp();
            await Eventually.UntilAsync(
                async () => await WritesToAsync(first, promoted) && await WritesToAsync(second, promoted), FewSeconds);
            output.WriteLine($"both nodes write to the new master after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
            await later.RunAsync(Callers, UntilCalmAsync(redis, old, later));
        }
    }

    // The Sentinel that carries out the failover waits for a replica that cannot follow, up to its failover-timeout.
    [RedisFact]
    public async Task Nodes_follow_a_planned_failover_that_a_replica_holds_up()
    {
        await using var redis = await RedisSentinels.StartAsync(replicas: 2);
        await using var node = await StartAsync(redis, replicas: 0);
        var stays = redis.Servers[2];
        await stays.ExecuteAsync("CONFIG", "SET", "replica-priority", "0");
        await stays.ExecuteAsync("CONFIG", "SET", "masteruser", "nobody");
        await stays.ExecuteAsync("CONFIG", "SET", "masterauth", "wrong");
        await redis.UntilPrioritiesAsync("0", "100");
        var old = await redis.MasterAsync();

        await redis.FailoverAsync();
        await using var promoted = await StartAtAsync(await redis.UntilOtherMasterAsync(old));
        await Eventually.UntilAsync(() => WritesToAsync(node, promoted), FewSeconds);

        for (var i = 0; i < 100; i++)
        {
            Assert.True(await WritesToAsync(node, promoted));
            await Task.Delay(100);
        }
    }

    [RedisFact]
    public Task A_planned_failover_loses_nothing_that_a_replica_was_waited_for() => LosesNothingAsync(async (redis, old) =>
    {
        await redis.FailoverAsync();
        await redis.UntilOtherMasterAsync(old);
    });

    // The old master comes back empty, and the Sentinels make it a replica.
    [RedisFact]
    public Task A_killed_master_loses_nothing_that_a_replica_was_waited_for() => LosesNothingAsync(async (redis, old) =>
    {
        await redis.KillMasterAsync();
        await redis.UntilOtherMasterAsync(old);
        await old.RestartAsync();
    });

    private async Task LosesNothingAsync(Func<RedisSentinels, RedisServer, Task> replaceMaster)
    {
        await using var redis = await RedisSentinels.StartAsync(replicas: 1);
        await using var first = await StartAsync(redis, replicas: 1);
        await using var second = await StartAsync(redis, replicas: 1);
        var calls = new RecordedCalls(0, first.Client, second.Client);

        await calls.RunAsync(Callers, ReplaceAsync());

        output.WriteLine($"{calls.Sessions.Count} puts, {calls.Sessions.Deleted} deletions, {calls.Failed} calls failed and were repeated");
        Assert.Empty(calls.Wrong.Take(10));
        await using var direct = await StartAtAsync(await redis.MasterAsync());
        foreach (var node in new[] { direct, first, second })
        {
            Assert.Equal((0, 0, 0), await calls.Sessions.CompareAsync(node.Client));
        }

        await calls.Sessions.AssertCountsAsync(direct.Client);

        async Task ReplaceAsync()
        {
            var old = await redis.MasterAsync();
            await UntilAnsweredAsync(calls, 1_000);
            await replaceMaster(redis, old);
            await UntilCalmAsync(redis, old, calls);
        }
    }

    private static async Task<TestNode> StartAsync(RedisSentinels redis, int replicas)
    {
        var node = await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting}", $"--RouterNode:RedisReplicas={replicas}");
        await Eventually.UntilAsync(node.AnswersAsync);
        return node;
    }

    // A node that knows one server only, and so tells what that one has.
    private static async Task<TestNode> StartAtAsync(RedisServer server)
    {
        var node = await TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={server.Setting}");
        await Eventually.UntilAsync(node.AnswersAsync);
        return node;
    }

    private static Task UntilAnsweredAsync(RecordedCalls calls, int more)
    {
        var target = calls.Sessions.Count + more;
        return Eventually.UntilAsync(() => calls.Sessions.Count >= target);
    }

    // The old master follows the new one, and puts go on.
    private static async Task UntilCalmAsync(RedisSentinels redis, RedisServer old, RecordedCalls calls)
    {
        await Eventually.UntilAsync(async () => await old.RoleAsync() == "slave");
        await redis.UntilReplicasAsync(1);
        await UntilAnsweredAsync(calls, 500);
    }

    private static async Task<bool> WritesToAsync(TestNode node, TestNode master)
    {
        var user = Random.Shared.NextInt64(1_000_000, long.MaxValue);
        try
        {
            var put = await node.Client.PutAsync(new PutArg { UserId = user, Server = 9, RoomId = 9 });
            return (await master.Client.GetAsync(new GetArg { UserId = user })).Seqs.Contains(put.Seq);
        }
        catch (Grpc.Core.RpcException down) when (down.StatusCode == Grpc.Core.StatusCode.Unavailable)
        {
            return false;
        }
    }
}
