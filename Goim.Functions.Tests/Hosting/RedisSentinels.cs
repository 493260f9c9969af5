namespace Goim.Functions.Tests.Hosting;

/// <summary>A Redis master with replicas, and three Sentinels of which two must agree that the master is down.</summary>
internal sealed class RedisSentinels : IAsyncDisposable
{
    private const string Name = "goim";
    private const int Sentinels = 3;
    private RedisServer[] servers = [];
    private RedisServer[] sentinels = [];

    /// <summary>For <c>RouterNode__Redis</c>.</summary>
    public string Setting => $"{string.Join(',', sentinels.Select(sentinel => sentinel.Address))},serviceName={Name}";

    /// <summary>The servers. The first one is the master at the start.</summary>
    public IReadOnlyList<RedisServer> Servers => servers;

    /// <summary>The Sentinels.</summary>
    public IReadOnlyList<RedisServer> Watchers => sentinels;

    /// <summary>Starts them, and returns when every Sentinel knows the replicas and the other Sentinels.</summary>
    public static async Task<RedisSentinels> StartAsync(int replicas)
    {
        var master = await RedisServer.StartAsync();
        var redis = new RedisSentinels
        {
            servers =
            [
                master,
                .. await Task.WhenAll(Enumerable.Range(0, replicas).Select(_ =>
                    RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{master.Port}"))),
            ],
        };
        await redis.UntilReplicasAsync(replicas);
        redis.sentinels = await Task.WhenAll(Enumerable.Range(0, Sentinels).Select(_ => RedisServer.StartSentinelAsync(
            "sentinel resolve-hostnames no",
            "sentinel announce-ip 127.0.0.1",
            $"sentinel monitor {Name} 127.0.0.1 {master.Port} 2",
            $"sentinel down-after-milliseconds {Name} 1000",
            $"sentinel failover-timeout {Name} 10000")));
        await Eventually.UntilAsync(async () =>
            (await Task.WhenAll(redis.sentinels.Select(sentinel => KnowsAllAsync(sentinel, replicas)))).All(knows => knows));
        return redis;
    }

    /// <summary>Starts a failover to a replica while the master runs, and returns at once.</summary>
    public Task FailoverAsync() => sentinels[0].ExecuteAsync("sentinel", "failover", Name);

    /// <summary>The master's address, as the Sentinels tell it.</summary>
    public async Task<string> MasterAddressAsync() => string.Join(
        ':', (await sentinels[0].CommandAsync("sentinel", "get-master-addr-by-name", Name)).Split('\n'));

    /// <summary>The master, as the Sentinels tell it.</summary>
    public async Task<RedisServer> MasterAsync()
    {
        var address = await MasterAddressAsync();
        return servers.Single(server => server.Address == address);
    }

    /// <summary>Returns the new master once every Sentinel tells another one than before.</summary>
    public async Task<RedisServer> UntilOtherMasterAsync(RedisServer before)
    {
        await Eventually.UntilAsync(async () =>
        {
            var addresses = await Task.WhenAll(
                sentinels.Select(sentinel => sentinel.CommandAsync("sentinel", "get-master-addr-by-name", Name)));
            return addresses.All(address => address != $"127.0.0.1\n{before.Port}");
        });
        return await MasterAsync();
    }

    /// <summary>Kills the master with SIGKILL, and returns it.</summary>
    public async Task<RedisServer> KillMasterAsync()
    {
        var master = await MasterAsync();
        await master.KillAsync();
        return master;
    }

    /// <summary>Waits until the master has this number of replicas online.</summary>
    public Task UntilReplicasAsync(int replicas) => Eventually.UntilAsync(async () =>
    {
        var master = sentinels.Length > 0 ? await MasterAsync() : servers[0];
        return await master.OnlineReplicasAsync() == replicas;
    });

    /// <summary>Waits until every Sentinel knows these priorities of the replicas.</summary>
    public Task UntilPrioritiesAsync(params string[] priorities) => Eventually.UntilAsync(async () =>
    {
        var answers = await Task.WhenAll(sentinels.Select(sentinel => sentinel.CommandAsync("sentinel", "replicas", Name)));
        return answers.All(answer => priorities.SequenceEqual(Priorities(answer).Order(StringComparer.Ordinal)));
    });

    private static IEnumerable<string> Priorities(string replicas)
    {
        var lines = replicas.Split('\n');
        return lines.Zip(lines.Skip(1)).Where(pair => pair.First == "slave-priority").Select(pair => pair.Second);
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(sentinels.Concat(servers).Select(server => server.DisposeAsync().AsTask()));

    private static async Task<bool> KnowsAllAsync(RedisServer sentinel, int replicas)
    {
        var quorum = await sentinel.CommandAsync("sentinel", "ckquorum", Name);
        var lines = (await sentinel.CommandAsync("sentinel", "master", Name)).Split('\n');
        return quorum.StartsWith("OK", StringComparison.Ordinal)
            && Value("num-other-sentinels") == $"{Sentinels - 1}"
            && Value("num-slaves") == $"{replicas}";

        string Value(string name) => lines[Array.IndexOf(lines, name) + 1];
    }
}
