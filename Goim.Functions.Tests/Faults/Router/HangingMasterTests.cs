using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>One master of a Redis Cluster that hangs: users of the others do not notice.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class HangingMasterTests
{
    [RedisFact]
    public async Task A_master_that_hangs_does_not_stop_lookups_at_the_others()
    {
        await using var cluster = await RedisCluster.StartAsync(replicas: 0);
        foreach (var server in cluster.Servers)
        {
            await server.ExecuteAsync("CONFIG", "SET", "cluster-require-full-coverage", "no");
        }

        await using var node = await TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={cluster.Addresses}");
        await Eventually.UntilAsync(node.AnswersAsync);
        var store = await cluster.MasterOfAsync("goim:store");
        var user = 0;
        do
        {
            user++;
        }
        while (await cluster.MasterOfAsync($"{{goim3:{user % 16}}}u{user}") == store);

        await node.Client.PutAsync(new PutArg { UserId = user, Server = 3, RoomId = 7 });
        await store.FreezeAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = user })).Seqs);
            await timer.WaitForNextTickAsync();
        }
    }
}
