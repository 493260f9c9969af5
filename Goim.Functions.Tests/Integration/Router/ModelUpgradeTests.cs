using System.Diagnostics;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;
using Goim.Protocol;
using StackExchange.Redis;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>A Redis with keys of data models 1 and 2, and the command of docs/operate.md that deletes them.</summary>
public sealed partial class ModelUpgradeTests : IAsyncLifetime
{
    private const string OldPatterns = "'{goim2:*' 'goim2:*' '{goim:*' 'goim:[bel]*'", AllPatterns = "'{goim*' 'goim*'";
    private RedisServer redis = null!;
    private ConnectionMultiplexer direct = null!;

    public async Task InitializeAsync()
    {
        if (RedisServer.Missing is not null)
        {
            return;
        }

        redis = await RedisServer.StartAsync();
        direct = await ConnectionMultiplexer.ConnectAsync($"{redis.Setting},allowAdmin=true");
        await PutOldKeysAsync(direct.GetDatabase());
    }

    public async Task DisposeAsync()
    {
        if (redis is not null)
        {
            await direct.DisposeAsync();
            await redis.DisposeAsync();
        }
    }

    [RedisFact]
    public async Task A_node_takes_over_from_model_2_with_another_id_and_the_command_of_the_docs_deletes_the_old_keys_only()
    {
        await using var node = await TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting}");
        await Eventually.UntilAsync(node.AnswersAsync);
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });
        Assert.Matches("^(?!0123456789abcdef)[0-9a-f]{16} 3 16$", (string?)await direct.GetDatabase().StringGetAsync("goim:store"));

        await RunAsync(Command());

        Assert.Equal(
            [
                "goim:store", "others", "{goim3:10}index", "{goim3:10}members", "{goim3:10}rooms", "{goim3:10}servers", "{goim3:10}u42",
                "{goim3:10}users",
            ],
            await KeysAsync());
        Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
    }

    [RedisFact]
    public async Task With_the_other_patterns_it_deletes_the_keys_of_all_models()
    {
        Assert.Contains(AllPatterns, Operate(), StringComparison.Ordinal);
        await using (var node = await TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting}"))
        {
            await Eventually.UntilAsync(node.AnswersAsync);
            await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });
        }

        await RunAsync(Command().Replace(OldPatterns, AllPatterns, StringComparison.Ordinal));

        Assert.Equal(["others"], await KeysAsync());
    }

    // Their names are those that nodes of model 1 wrote. Users were 8 bytes: here a quote, a line feed, a backslash and others.
    private static async Task PutOldKeysAsync(IDatabase database)
    {
        byte[][] users = [[0x80, 0, 0, 0, 0, 0, 0, 42], [0x80, (byte)'\n', (byte)'"', (byte)'\\', (byte)' ', (byte)'\'', 0xff, 0]];
        foreach (var user in users)
        {
            await database.HashSetAsync((byte[])[.. "{goim:3}u"u8, .. user], "1", "3 -1 0");
            await database.StringSetAsync((byte[])[.. "{goim:3}r"u8, .. user, .. Guid.NewGuid().ToByteArray()], 1);
            await database.StringSetAsync((byte[])[.. "{goim:3}c"u8, .. user, .. "1 3"u8], 1);
        }

        string[] keys =
        [
            "{goim:3}rooms", "{goim:3}servers", "{goim:3}s3", "goim:buckets", "goim:leases", "goim:epochs", "others",
            "{goim2:3}rooms", "{goim2:3}servers", "{goim2:3}index", "{goim2:3}u42", "{goim2:3}r42 0123", "{goim2:3}c42 1 3",
            "goim2:leases", "goim2:epochs",
        ];
        foreach (var key in keys)
        {
            await database.StringSetAsync(key, 16);
        }

        await database.StringSetAsync("goim:store", "0123456789abcdef 2 16");
    }

    private async Task<string[]> KeysAsync()
    {
        var keys = direct.GetServers()[0].KeysAsync();
        return await keys.Select(key => (string)key!).OrderBy(key => key, StringComparer.Ordinal).ToArrayAsync();
    }

    private async Task RunAsync(string command)
    {
        var script = $"set -e -o pipefail; redis-cli() {{ command redis-cli -p {redis.Port} \"$@\"; }}; {command}";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.Equal(0, bash.ExitCode);
        Assert.Matches("^ *[0-9]+ 1\n$", output);
    }

    private static string Command()
    {
        var command = CommandLine().Match(Operate()).Value;
        Assert.Contains(OldPatterns, command, StringComparison.Ordinal);
        return command;
    }

    private static string Operate() => File.ReadAllText(Path.Combine(DocumentationTests.Repository(), "docs", "operate.md"));

    [GeneratedRegex("^for keys in .+ redis-cli .+$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();
}
