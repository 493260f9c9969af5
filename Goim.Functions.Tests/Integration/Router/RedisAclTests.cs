using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>The Redis users in docs/operate.md: a node may send every command that it sends, and no other.</summary>
public sealed partial class RedisAclTests
{
    /// <summary>Commands that StackExchange.Redis tries and does not need, as the docs say.</summary>
    private static readonly string[] Tried = ["client|id", "client|setname", "client|setinfo", "cluster|slots", "config|get", "select"];

    private const string SignIn = "user=goim-router,password=password";

    [RedisTheory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_node_makes_every_call_as_the_user_of_the_docs(int replicas)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{redis.Port}");
        await AllowAsync(redis, Rules().ElementAt(0));
        await Eventually.UntilAsync(async () => await redis.OnlineReplicasAsync() == 1);

        // As many forgotten comet servers as a node remembers: with the next one it deletes them.
        await redis.CommandAsync("eval", "for i = 1, 100000 do redis.call('HSET', KEYS[1], -i, 1) end", "1", "goim3:epochs");
        await Eventually.UntilAsync(async () => await replica.CommandAsync("hlen", "goim3:epochs") == "100000");
        await using (var node = await StartAsync(redis.Setting, $"--RouterNode:RedisReplicas={replicas}"))
        {
            await EveryCall.MakeAsync(node);
        }

        Assert.Empty(await RefusedAsync(redis, "cluster|nodes"));
        Assert.Empty(CommandsOf(Rules().ElementAt(0)).Except(await UsedAsync(redis)).Except(replicas == 0 ? ["wait"] : []));
    }

    // A slot on its way to another server: the node is told to ask there.
    [RedisFact]
    public async Task Over_a_cluster_it_needs_the_commands_of_the_second_line_too()
    {
        await using var cluster = await RedisCluster.StartAsync();
        foreach (var server in cluster.Servers)
        {
            await AllowAsync(server, Rules().ElementAt(0));
            await AllowAsync(server, Rules().ElementAt(1));
        }

        await using var node = await StartAsync(cluster.Addresses, "--RouterNode:Buckets=1");
        await EveryCall.MakeAsync(node);
        var (from, to) = await MoveSlotAsync(cluster, "{goim3:0}");
        Assert.Empty((await node.Client.GetAsync(new GetArg { UserId = 1 })).Seqs);

        foreach (var server in cluster.Servers)
        {
            Assert.Empty(await RefusedAsync(server, "readonly"));
        }

        Assert.Empty(CommandsOf(Rules().ElementAt(1)).Except(await UsedAsync(from)).Except(await UsedAsync(to)));
    }

    [RedisFact]
    public async Task At_Sentinels_it_needs_the_commands_of_the_third_line()
    {
        await using var redis = await RedisSentinels.StartAsync(replicas: 1);
        foreach (var server in redis.Servers)
        {
            await AllowAsync(server, Rules().ElementAt(0));
        }

        foreach (var sentinel in redis.Watchers)
        {
            await AllowAsync(sentinel, Rules().ElementAt(2));
        }

        await using var node = await StartAsync(redis.Setting);
        await EveryCall.MakeAsync(node);

        foreach (var sentinel in redis.Watchers)
        {
            await Eventually.UntilAsync(async () =>
                (await sentinel.CommandAsync("client", "list")).Split('\n').Any(client =>
                    client.Contains("user=goim-router", StringComparison.Ordinal) && client.Contains(" sub=4 ", StringComparison.Ordinal)));
            Assert.Empty(await RefusedAsync(sentinel, "sentinel|masters"));
        }

        Assert.Empty(await RefusedAsync(redis.Servers[0], "cluster|nodes"));
    }

    // Begins to move the slot, as redis-cli --cluster reshard does.
    private static async Task<(RedisServer From, RedisServer To)> MoveSlotAsync(RedisCluster cluster, string key)
    {
        var slot = await cluster.Servers[0].CommandAsync("cluster", "keyslot", key);
        var masters = await cluster.MastersAsync();
        var owns = await Task.WhenAll(masters.Select(async master =>
            !(await master.CommandAsync("get", key)).StartsWith("MOVED", StringComparison.Ordinal)));
        var from = masters[Array.IndexOf(owns, true)];
        var to = masters[Array.IndexOf(owns, false)];
        await to.ExecuteAsync("cluster", "setslot", slot, "importing", await from.CommandAsync("cluster", "myid"));
        await from.ExecuteAsync("cluster", "setslot", slot, "migrating", await to.CommandAsync("cluster", "myid"));
        return (from, to);
    }

    private static async Task<TestNode> StartAsync(string redis, params string[] settings)
    {
        var node = await TestNode.StartAsync(
            null,
            ["--RouterNode:Store=redis", $"--RouterNode:Redis={redis},{SignIn}", "--RouterNode:ServerLease=00:00:01", .. settings]);
        await Eventually.UntilAsync(node.AnswersAsync);
        return node;
    }

    private static Task AllowAsync(RedisServer server, string rule) => server.ExecuteAsync(rule.Split(' '));

    // Commands and keys that the server has refused to the node. ACL LOG: "count", 1, "reason", "command", …, "object", "echo", ….
    private static async Task<IEnumerable<string>> RefusedAsync(RedisServer server, params string[] alsoTried)
    {
        var lines = (await server.CommandAsync("acl", "log", "1000")).Split('\n');
        return lines.Zip(lines.Skip(1)).Where(pair => pair.First == "object").Select(pair => pair.Second).Except([.. Tried, .. alsoTried]);
    }

    // The commands that the server has carried out, also in scripts: "cmdstat_script|load:calls=5,…".
    private static async Task<string[]> UsedAsync(RedisServer server) =>
        [.. Calls().Matches(await server.CommandAsync("info", "commandstats")).Select(call => call.Groups["command"].Value)];

    private static IEnumerable<string> CommandsOf(string rule) =>
        rule.Split(' ').Where(part => part[0] == '+').Select(part => part[1..]);

    private static IEnumerable<string> Rules() =>
        Rule().Matches(File.ReadAllText(Path.Combine(DocumentationTests.Repository(), "docs", "operate.md"))).Select(rule => rule.Value);

    [GeneratedRegex("^ACL SETUSER goim-router .+$", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex(@"^cmdstat_(?<command>[a-z|]+):calls=[1-9]", RegexOptions.Multiline)]
    private static partial Regex Calls();
}
