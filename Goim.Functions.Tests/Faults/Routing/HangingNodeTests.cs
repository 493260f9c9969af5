using System.Diagnostics;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Routing;

/// <summary>A router node over a shared store that takes calls and answers none.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class HangingNodeTests
{
    private const int Users = 20;

    [RedisTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_that_hangs_holds_up_the_first_call_only(bool isOneNode)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var hanging = await RouterProcess.StartAsync("redis", redis.Address);
        await using var other = await RouterProcess.StartAsync("redis", redis.Address);
        await using var over = await TestHost.StartAsync([], [.. Nodes(isOneNode, hanging, other), "--Router:CallTimeout=00:00:20"]);
        await ConnectAsync(over);
        await hanging.FreezeAsync();

        var watch = Stopwatch.StartNew();
        await PushAsync(over);

        // Half the timeout, once.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(19));
        hanging.Thaw();
    }

    [RedisTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_three_nodes_one_is_enough_while_two_hang(bool isOneNode)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await RouterProcess.StartAsync("redis", redis.Address);
        await using var second = await RouterProcess.StartAsync("redis", redis.Address);
        await using var third = await RouterProcess.StartAsync("redis", redis.Address);
        await using var over = await TestHost.StartAsync([], [.. Nodes(isOneNode, first, second, third), "--Router:CallTimeout=00:00:06"]);
        await ConnectAsync(over);
        await first.FreezeAsync();
        await second.FreezeAsync();

        // A call that meets both of them may fail. From then on both are known to hang.
        await Eventually.UntilAsync(async () =>
        {
            var answers = new List<int>();
            for (var user = 1; user <= Users; user++)
            {
                answers.Add((await over.PostAsync($"/1/push?uid={user}&dry=1", "m")).GetProperty("ret").GetInt32());
            }

            return answers.TrueForAll(ret => ret == 1);
        });

        var watch = Stopwatch.StartNew();
        await PushAsync(over);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        first.Thaw();
        second.Thaw();
    }

    private static IEnumerable<string> Nodes(bool isOneNode, params RouterProcess[] processes) => isOneNode
        ? [$"--Router:Nodes:1={string.Join(',', processes.Select(process => process.Address))}"]
        : processes.Select((process, i) => $"--Router:Nodes:{i + 1}={process.Address}");

    private static async Task ConnectAsync(TestHost to)
    {
        for (var user = 1; user <= Users; user++)
        {
            (await to.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":3}"""))
                .HasData($$"""{"key":"{{user}}_1","roomId":1}""");
        }

        await PushAsync(to);
    }

    private static async Task PushAsync(TestHost to)
    {
        for (var user = 1; user <= Users; user++)
        {
            (await to.PostAsync($"/1/push?uid={user}&dry=1", "m"))
                .HasData("""{"sessions":1,"servers":1,"records":1,"offline":[]}""");
        }
    }
}
