using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>The version of the data model in Redis: nodes of two versions never use the same data.</summary>
public sealed class RedisModelTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    // As the versions before this one left them.
    [RedisTheory]
    [InlineData("0123456789abcdef")]
    [InlineData("0123456789abcdef 2 16")]
    [InlineData("0123456789abcdef 2 32")]
    public async Task Data_of_an_older_version_is_left_alone_and_comets_are_told_to_restore(string store)
    {
        await redis.Server.FlushAsync();
        await redis.Server.CommandAsync("SET", "goim:store", store);
        await redis.Server.CommandAsync("SET", "goim:buckets", "32");
        await redis.Server.CommandAsync("HSET", "{goim:0}servers", "3", "1");
        await redis.Server.CommandAsync("HSET", "{goim2:0}servers", "3", "1");
        await using var node = await StartAsync();

        Assert.Equal(0, (await node.Client.CountAsync(new NoArg())).Count);
        var heartbeat = await node.Client.HeartbeatAsync(new HeartbeatArg { Server = 3 });
        Assert.Matches("^[0-9a-f]{16}$", heartbeat.StoreId);
        Assert.NotEqual("0123456789abcdef", heartbeat.StoreId);
        Assert.Equal($"{heartbeat.StoreId} 3 16", await redis.Server.CommandAsync("GET", "goim:store"));
        Assert.Equal("1", await redis.Server.CommandAsync("HGET", "{goim:0}servers", "3"));
        Assert.Equal("1", await redis.Server.CommandAsync("HGET", "{goim2:0}servers", "3"));
        Assert.Equal("32", await redis.Server.CommandAsync("GET", "goim:buckets"));
    }

    [RedisFact]
    public async Task A_node_refuses_data_of_a_newer_version_as_soon_as_it_is_there()
    {
        await redis.Server.FlushAsync();
        await using var node = await StartAsync();
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 });
        await redis.Server.CommandAsync("SET", "goim:store", "0123456789abcdef 4 16");

        await Eventually.UntilAsync(async () => await RefusalAsync(node) is not null);
        await using var other = await StartAsync();

        const string Sentence = "The data in Redis is of model 4: expected 3 (all router nodes must be of the same version).";
        Assert.Equal((StatusCode.FailedPrecondition, "model", Sentence), await RefusalAsync(node));
        Assert.Equal((StatusCode.FailedPrecondition, "model", Sentence), await RefusalAsync(other));
        Assert.Equal("0123456789abcdef 4 16", await redis.Server.CommandAsync("GET", "goim:store"));

        // Back to the version before: docs/operate.md.
        await redis.Server.CommandAsync("DEL", "goim:store");
        await Eventually.UntilAsync(async () => await RefusalAsync(node) is null);
        Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
    }

    private Task<TestNode> StartAsync() =>
        TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");

    private static async Task<(StatusCode Status, string? Reason, string Detail)?> RefusalAsync(TestNode node)
    {
        try
        {
            await node.Client.GetAsync(new GetArg { UserId = 42 });
            return null;
        }
        catch (RpcException refused)
        {
            return (refused.StatusCode, refused.Trailers.GetValue("goim-reason"), refused.Status.Detail);
        }
    }
}
