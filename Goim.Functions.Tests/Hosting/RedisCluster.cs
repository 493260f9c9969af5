namespace Goim.Functions.Tests.Hosting;

/// <summary>A Redis Cluster on 127.0.0.1: three masters, with or without a replica of each.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Masters = 3;
    private RedisServer[] servers = [];

    /// <summary>As StackExchange.Redis takes it.</summary>
    public string Addresses => string.Join(',', servers.Select(server => server.Address));

    /// <summary>The servers. The first three have become masters at the start.</summary>
    public IReadOnlyList<RedisServer> Servers => servers;

    /// <param name="replicas">Replicas of each master: 0 or 1. Without them it starts faster.</param>
    // cluster-allow-replica-migration: a master without a slot must stay one, so that it can get its slots back.
    public static async Task<RedisCluster> StartAsync(int replicas = 1)
    {
        var cluster = new RedisCluster
        {
            servers = await Task.WhenAll(Enumerable.Range(0, Masters * (1 + replicas)).Select(_ => RedisServer.StartAsync(
                "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-allow-replica-migration", "no"))),
        };
        var addresses = cluster.servers.Select(server => server.Address);
        await RedisCli.RunAsync(["--cluster", "create", .. addresses, "--cluster-replicas", $"{replicas}", "--cluster-yes"]);
        await Eventually.UntilAsync(async () =>
            (await cluster.EachAsync("cluster", "info")).All(info => info.Contains("cluster_state:ok", StringComparison.Ordinal)));
        await Eventually.UntilAsync(async () =>
            (await Task.WhenAll(cluster.servers.Select(server => server.OnlineReplicasAsync()))).Sum() == Masters * replicas);
        return cluster;
    }

    /// <summary>The servers that are masters now.</summary>
    public async Task<IReadOnlyList<RedisServer>> MastersAsync()
    {
        var roles = await Task.WhenAll(servers.Select(server => server.RoleAsync()));
        return [.. servers.Where((_, i) => roles[i] == "master")];
    }

    /// <summary>The master that has the key's slot.</summary>
    public async Task<RedisServer> MasterOfAsync(string key)
    {
        foreach (var master in await MastersAsync())
        {
            if (!(await master.CommandAsync("TYPE", key)).StartsWith("MOVED", StringComparison.Ordinal))
            {
                return master;
            }
        }

        throw new InvalidOperationException($"No master has the slot of {key}.");
    }

    /// <summary>Kills a master with SIGKILL; its replica takes over.</summary>
    public async Task KillMasterAsync() => await (await MastersAsync())[0].KillAsync();

    /// <summary>Makes a replica a master, which its master agrees to: no write is lost. Returns when the roles have changed.</summary>
    public async Task FailoverAsync()
    {
        var masters = await MastersAsync();
        var replica = servers.First(server => !masters.Contains(server));
        await replica.ExecuteAsync("cluster", "failover");
        await Eventually.UntilAsync(async () =>
            await replica.RoleAsync() == "master" && (await MastersAsync()).Count == Masters);
    }

    /// <summary>Moves all slots of a master to another one with redis-cli, while the cluster goes on to serve.</summary>
    // A write under way can make redis-cli leave a slot half moved. "fix" then ends the move.
    public static async Task ReshardAllAsync(RedisServer from, RedisServer to)
    {
        var (fromId, toId) = (await from.CommandAsync("cluster", "myid"), await to.CommandAsync("cluster", "myid"));
        for (var attempt = 0; await SlotsAsync(from) is > 0 and var slots; attempt++)
        {
            var (exitCode, output) = await RedisCli.RunAsync(
                "--cluster", "reshard", to.Address,
                "--cluster-from", fromId,
                "--cluster-to", toId,
                "--cluster-slots", $"{slots}",
                "--cluster-yes");
            if (exitCode != 0)
            {
                Assert.True(attempt < 20, output);
                await RedisCli.RunAsync("--cluster", "fix", to.Address, "--cluster-yes");
            }
        }

        await Eventually.UntilAsync(async () => (await RedisCli.RunAsync("--cluster", "check", to.Address)).ExitCode == 0);
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));

    // cluster nodes: id address flags master ping pong epoch state, then ranges of slots; [slot->-id] is one that is being moved.
    private static async Task<int> SlotsAsync(RedisServer server)
    {
        var nodes = (await server.CommandAsync("cluster", "nodes")).Split('\n');
        var ranges = nodes.Single(line => line.Contains("myself", StringComparison.Ordinal)).Split(' ')[8..];
        return ranges
            .Where(range => range[0] != '[')
            .Select(range => range.Split('-'))
            .Sum(ends => int.Parse(ends[^1]) - int.Parse(ends[0]) + 1);
    }

    private Task<string[]> EachAsync(params string[] command) =>
        Task.WhenAll(servers.Select(server => server.CommandAsync(command)));
}
