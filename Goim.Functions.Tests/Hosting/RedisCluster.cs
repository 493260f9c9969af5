using System.Diagnostics;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A Redis Cluster on 127.0.0.1: three masters, a replica of each.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Servers = 6;
    private RedisServer[] servers = [];

    /// <summary>As StackExchange.Redis takes it.</summary>
    public string Addresses => string.Join(',', servers.Select(server => server.Address));

    public static async Task<RedisCluster> StartAsync()
    {
        var cluster = new RedisCluster
        {
            servers = await Task.WhenAll(Enumerable.Range(0, Servers).Select(_ => RedisServer.StartAsync(
                "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--appendonly", "yes"))),
        };
        await CliAsync(
            ["--cluster", "create", .. cluster.servers.Select(server => server.Address), "--cluster-replicas", "1", "--cluster-yes"]);
        await Eventually.UntilAsync(async () =>
            (await cluster.CliEachAsync("cluster", "info")).All(info => info.Contains("cluster_state:ok", StringComparison.Ordinal)));
        await Eventually.UntilAsync(async () =>
        {
            var replication = await cluster.CliEachAsync("info", "replication");
            return replication.Count(info => info.Contains("state=online", StringComparison.Ordinal)) == 3;
        });
        return cluster;
    }

    /// <summary>Kills a master with SIGKILL; its replica takes over.</summary>
    public async Task KillMasterAsync()
    {
        foreach (var server in servers)
        {
            if ((await CliAsync(["-p", $"{server.Port}", "role"])).StartsWith("master", StringComparison.Ordinal))
            {
                await server.KillAsync();
                return;
            }
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));

    private Task<string[]> CliEachAsync(params string[] command) =>
        Task.WhenAll(servers.Select(server => CliAsync(["-p", $"{server.Port}", .. command])));

    private static async Task<string> CliAsync(string[] args)
    {
        using var cli = Process.Start(
            new ProcessStartInfo("redis-cli", args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await cli.StandardOutput.ReadToEndAsync();
        await cli.WaitForExitAsync();
        return output;
    }
}
