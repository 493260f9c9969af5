using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;
using static Goim.Functions.Tests.Faults.Router.RefusedWrites;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>A Redis that has fewer replicas than its min-replicas-to-write: it refuses every write.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class MinReplicasTests
{
    [RedisFact]
    public async Task Without_its_replicas_puts_and_deletions_are_refused_and_lookups_and_counts_go_on()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting}");
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 1 });
        await redis.ExecuteAsync("config", "set", "min-replicas-to-write", "1");

        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, "replicas", node.Client.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 1 }));
        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, "replicas", node.Client.DelAsync(new DelArg { UserId = 42, Seq = 1 }));
        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, "replicas", node.Client.DelServerAsync(new DelServerArg { Server = 3 }));
        Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
        Assert.Equal(1, (await node.Client.CountAsync(new NoArg())).Count);
        Assert.Equal(1, (await node.Client.AllServerCountAsync(new NoArg())).Counter[3]);
        Assert.Equal(1, (await node.Client.AllRoomCountAsync(new NoArg())).Counter[1]);
        await UntilPutsAreAsync(node, "replicas");

        await redis.ExecuteAsync("config", "set", "min-replicas-to-write", "0");
        await UntilPutsWorkAsync(node);
        await UntilPutsAreAsync(node, null);
        Assert.True((await node.Client.DelAsync(new DelArg { UserId = 42, Seq = 1 })).Has);
    }
}
