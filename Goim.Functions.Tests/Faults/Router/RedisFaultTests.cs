using System.Globalization;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>Router nodes and Redis servers that are killed while comets connect and backends push.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class RedisFaultTests
{
    [RedisFact]
    public async Task A_router_node_killed_under_a_hundred_callers_loses_no_session()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await RouterProcess.StartAsync("redis", redis.Address);
        await using var second = await RouterProcess.StartAsync("redis", redis.Address);
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={first.Address}", $"--Router:Nodes:2={second.Address}"]);
        var kept = new KeptSessions(host);

        var callers = kept.RunAsync(callers: 100, callsEach: 60);
        await Eventually.UntilAsync(() => Task.FromResult(kept.Answered > 1_000));
        await first.KillAsync();
        await callers;

        await kept.AssertAsync();
        Assert.InRange(kept.Failed, 0, 200);
    }

    [RedisFact]
    public async Task Redis_killed_and_restarted_over_its_append_only_file_keeps_what_was_answered()
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes");
        await using var host = await TestHost.StartAsync(
            ["1", "2"], [], nodeSettings: ["--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Address}"]);
        var kept = new KeptSessions(host);

        var callers = kept.RunAsync(callers: 50, callsEach: 60);
        await Eventually.UntilAsync(() => Task.FromResult(kept.Answered > 500));
        await redis.KillAsync();
        await redis.RestartAsync();
        await callers;

        await Eventually.UntilAsync(async () => (await host.GetAsync("/1/count?type=room")).Ret() == 1);
        await kept.AssertAsync();
    }

    [RedisFact]
    public async Task A_failover_loses_no_put_that_a_replica_was_waited_for()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var host = await TestHost.StartAsync(
            ["1", "2"],
            [],
            nodeSettings: ["--RouterNode:Store=redis", $"--RouterNode:Redis={cluster.Addresses}", "--RouterNode:RedisReplicas=1"]);
        var kept = new KeptSessions(host);

        var callers = kept.RunAsync(callers: 50, callsEach: 100);
        await Eventually.UntilAsync(() => Task.FromResult(kept.Answered > 1_000));
        await cluster.KillMasterAsync();
        await callers;

        await Eventually.UntilAsync(async () => (await host.GetAsync("/1/count?type=room")).Ret() == 1);
        await kept.AssertAsync();
    }

    // Redis itself reports how long its scripts took: pushes wait behind one script at a time, however many sessions a deletion has.
    [RedisFact]
    public async Task Deleting_a_hundred_thousand_sessions_does_not_hold_up_pushes()
    {
        const int Sessions = 1_000_000;
        await using var redis = await RedisServer.StartAsync();
        await using var host = await TestHost.StartAsync(
            ["1", "2"], [], nodeSettings: ["--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Address}"]);
        foreach (var users in Enumerable.Range(1, Sessions).Chunk(10_000))
        {
            var puts = users.Select(user => new PutArg { UserId = user, Server = user % 10, RoomId = user % 1_000, Seq = 1 });
            await host.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });
        }

        Assert.Equal(Sessions, (await host.Nodes["2"].Client.CountAsync(new NoArg())).Count);
        await redis.ExecuteAsync("CONFIG", "RESETSTAT");
        foreach (var server in new[] { 3, 4, 5 })
        {
            var deleting = host.PostAsync($"/1/server/del?server={server}", "");
            Assert.InRange(await PushAsync(host, until: deleting), 8, int.MaxValue);
            (await deleting).IsOk();
        }

        Assert.Equal(Sessions - 300_000, (await host.Nodes["2"].Client.CountAsync(new NoArg())).Count);
        // The mean, since a busy machine may prolong a single script.
        var scripts = (await redis.CommandAsync("INFO", "commandstats"))
            .Split('\n')
            .Single(line => line.StartsWith("cmdstat_evalsha:", StringComparison.Ordinal));
        Assert.InRange(double.Parse(scripts.Split("usec_per_call=")[1].Split(',')[0], CultureInfo.InvariantCulture), 0, 5_000);
    }

    // 50 sessions a user. Asserts the average time that Redis itself reports, since a busy machine may prolong a single script.
    [RedisFact]
    public async Task A_deletion_never_holds_Redis_for_long_however_many_sessions_a_user_has()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Address}");
        foreach (var chunk in Enumerable.Range(0, 100_000).Chunk(10_000))
        {
            var puts = chunk.Select(i => new PutArg { UserId = i % 2_000, Server = 3, RoomId = 1 });
            await node.Client.MPutAsync(new MPutArg { Puts = { puts } });
        }

        await using var direct = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"{redis.Address},allowAdmin=true");
        await direct.GetServers()[0].ExecuteAsync("CONFIG", "RESETSTAT");
        await node.Client.DelServerAsync(new DelServerArg { Server = 3 });

        var scripts = (await direct.GetServers()[0].InfoAsync("commandstats"))
            .SelectMany(section => section)
            .Single(command => command.Key == "cmdstat_evalsha")
            .Value.Split(',');
        var (calls, microseconds) = (Value("calls"), Value("usec_per_call"));
        Assert.InRange(calls, 100_000 / 250, 100_000);
        Assert.InRange(microseconds, 0, 5_000);
        Assert.Equal(0, (await node.Client.CountAsync(new NoArg())).Count);

        double Value(string name)
        {
            var pair = scripts.Single(pair => pair.StartsWith(name + "=", StringComparison.Ordinal));
            return double.Parse(pair.Split('=')[1], CultureInfo.InvariantCulture);
        }
    }

    // Pushes by eight callers until the task has ended, each at least once. Returns the number of pushes; all were answered.
    private static async Task<int> PushAsync(TestHost host, Task until)
    {
        var pushes = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async caller =>
        {
            var random = new Random(caller);
            do
            {
                Assert.Equal(1, (await host.PostAsync($"/1/push?uid={random.Next(1_000_000) + 1}&dry=1", "m")).Ret());
                Interlocked.Increment(ref pushes);
            }
            while (!until.IsCompleted);
        }));
        return pushes;
    }
}
