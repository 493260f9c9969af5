using System.Collections.Concurrent;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Routing.Ring;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Routing;

/// <summary>A ring of three router nodes, one of which is killed or added, under 100 callers.</summary>
[Trait("Category", "Faults")]
[Collection(FaultRuns.Name)]
public sealed class RingFaultTests
{
    private const int Callers = 100;

    [Fact]
    public async Task With_one_of_three_nodes_down_the_users_of_the_others_are_reached_and_nothing_else_is_sent()
    {
        await using var first = await RouterProcess.StartAsync();
        await using var second = await RouterProcess.StartAsync();
        await using var third = await RouterProcess.StartAsync();
        await using var host = await TestHost.StartAsync([], RouterFaultTests.Settings(null, first, second, third));
        const int Users = 2_000;
        var puts = string.Join(',', Enumerable.Range(1, Users).Select(user => $$"""{"userId":{{user}},"server":3}"""));
        await host.PostAsync("/1/router/mput", $$"""{"puts":[{{puts}}]}""");
        await third.KillAsync();
        var watch = new ProcessWatch();
        var ring = new KetamaRing(["1", "2", "3"]);
        var reachable = Enumerable.Range(1, Users).Where(user => ring.NodeOf(user) != 2).ToHashSet();
        var work = new ConcurrentQueue<int>(Enumerable.Range(1, Users));

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (work.TryDequeue(out var user))
            {
                var answer = await host.PostAsync($"/1/push?uid={user}", "m");
                if (reachable.Contains(user))
                {
                    answer.IsOk();
                }
                else
                {
                    answer.IsRefused("router node 3 did not answer", "nothing was sent");
                }
            }
        })));

        (await host.PostAsync("/1/pushs", $$"""{"m":1,"u":[{{string.Join(',', Enumerable.Range(1, Users))}}]}"""))
            .IsRefused("router node 3 did not answer");
        (await host.PostAsync("/1/push/all", "m")).IsOk();
        var sent = host.Records()
            .Select(record => KafkaRecord.Read(record.Value)!)
            .Where(record => record.Op == KafkaMsg.Multiple)
            .SelectMany(record => record.SubKeys)
            .Select(key => (int)key.UserId);
        Assert.Equal(reachable.Order(), sent.Order());
        await watch.AssertNoGrowthAsync();
    }

    [Fact]
    public async Task No_push_misses_a_connected_user_while_the_ring_grows_under_load()
    {
        await using var first = await RouterProcess.StartAsync();
        await using var second = await RouterProcess.StartAsync();
        await using var third = await RouterProcess.StartAsync();
        const int Users = 2_000;
        var keys = string.Join(',', Enumerable.Range(1, Users).Select(user => $"{{\"key\":\"{user}_1\",\"server\":3}}"));
        string[] previous = [$"--Router:PreviousNodes:1={first.Address}", $"--Router:PreviousNodes:2={second.Address}"];

        await using var settled = await TestHost.StartAsync([], RouterFaultTests.Settings(null, first, second));
        await settled.PostAsync("/1/router/mput", $$"""{"puts":[{{keys}}]}""");
        await using var changing = await TestHost.StartAsync([], [.. RouterFaultTests.Settings(null, first, second, third), .. previous]);
        await using var grown = await TestHost.StartAsync([], RouterFaultTests.Settings(null, first, second, third));

        // While a change is rolled out, some instances have the new settings and some the old.
        var restored = new TaskCompletionSource();
        var pushed = 0;
        var watch = new ProcessWatch();
        var load = Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            (await changing.PostAsync("/1/connect", $$"""{"token":"{{10_000 + caller}}","server":7}""")).GetProperty("data");
            var connected = await changing.PostAsync("/1/connect", $$"""{"token":"{{20_000 + caller}}","server":7}""");
            var key = connected.GetProperty("data").GetProperty("key").GetString();
            (await changing.PostAsync("/1/disconnect", $$"""{"key":"{{key}}"}""")).HasData("""{"has":true}""");
            for (var user = caller + 1; !restored.Task.IsCompleted || user <= Users; user = user <= Users ? user + Callers : caller + 1)
            {
                var who = ((user - 1) % Users) + 1;
                (await changing.PostAsync($"/1/push?uid={who}", "m")).IsOk();
                Interlocked.Increment(ref pushed);
            }
        })).ToArray();
        await changing.PostAsync("/1/router/mput", $$"""{"puts":[{{keys}}]}""");
        restored.SetResult();
        await Task.WhenAll(load);

        var records = changing.Records().Select(record => KafkaRecord.Read(record.Value)!).ToList();
        Assert.Equal(pushed, records.Count);
        Assert.All(records, record => Assert.Single(record.SubKeys));

        // After the change the new ring alone reaches everyone.
        (await grown.PostAsync("/1/pushs", $$"""{"m":1,"u":[{{string.Join(',', Enumerable.Range(1, Users))}}]}""")).IsOk();
        Assert.Equal(Users, grown.Records().Sum(record => KafkaRecord.Read(record.Value)!.SubKeys.Count));
        (await grown.GetAsync("/1/count?type=server")).HasData($$"""[{"Server":3,"Count":{{Users}}},{"Server":7,"Count":{{Callers}}}]""");
        await watch.AssertNoGrowthAsync();
    }
}
