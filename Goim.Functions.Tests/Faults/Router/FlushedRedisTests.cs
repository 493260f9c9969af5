using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>A Redis that is emptied under a node, when a node with another number of buckets starts.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class FlushedRedisTests
{
    // Whichever writes its number first serves; users of the other would be in other buckets.
    [RedisFact]
    public async Task Of_two_nodes_with_different_numbers_of_buckets_exactly_one_serves_after_FLUSHALL()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await StartAsync(redis, buckets: 16);
        await Eventually.UntilAsync(first.AnswersAsync);
        await first.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });

        await redis.ExecuteAsync("flushall");
        await using var second = await StartAsync(redis, buckets: 32);

        await Eventually.UntilAsync(
            async () => (await RefusesAsync(first), await RefusesAsync(second)) is (true, false) or (false, true),
            TimeSpan.FromSeconds(10));
        var (serving, refusing) = await RefusesAsync(first) == true ? (second, first) : (first, second);
        var put = await serving.Client.PutAsync(new PutArg { UserId = 43, Server = 3 });
        Assert.Equal([put.Seq], (await serving.Client.GetAsync(new GetArg { UserId = 43 })).Seqs);
        Assert.Equal(true, await RefusesAsync(refusing));
    }

    private static Task<TestNode> StartAsync(RedisServer redis, int buckets) => TestNode.StartAsync(
        null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting}", $"--RouterNode:Buckets={buckets}");

    // Puts and lookups alike. Null if the node does neither serve nor refuse.
    private static async Task<bool?> RefusesAsync(TestNode node)
    {
        var put = await IsRefusedAsync(node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 }));
        var get = await IsRefusedAsync(node.Client.GetAsync(new GetArg { UserId = 42 }));
        return put == get ? put : null;
    }

    private static async Task<bool?> IsRefusedAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return false;
        }
        catch (RpcException refused)
        {
            var isRefused = refused.StatusCode == StatusCode.FailedPrecondition && refused.Trailers.GetValue("goim-reason") == "buckets";
            return isRefused ? true : null;
        }
    }
}
