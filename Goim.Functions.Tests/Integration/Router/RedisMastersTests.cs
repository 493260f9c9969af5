using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>A master and a replica without Sentinels, whose roles somebody changes.</summary>
public sealed class RedisMastersTests
{
    /// <summary>StackExchange.Redis looks for the master itself once a minute.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [RedisTheory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task While_there_are_two_masters_nothing_is_carried_out(int replicas)
    {
        await using var first = await RedisServer.StartAsync();
        await using var second = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{first.Port}");
        await using var node = await TestNode.StartAsync(
            null,
            "--RouterNode:Store=redis",
            $"--RouterNode:Redis={first.Setting},{second.Address}",
            $"--RouterNode:RedisReplicas={replicas}");
        await Eventually.UntilAsync(node.AnswersAsync);
        await Eventually.UntilAsync(async () => await first.OnlineReplicasAsync() == 1);
        Assert.Equal(1, await PutAsync(node, request: 1));
        await Eventually.UntilAsync(async () => await second.CommandAsync("EXISTS", "{goim3:10}u42") == "1");

        await second.CommandAsync("REPLICAOF", "NO", "ONE");
        await Eventually.UntilAsync(async () => await FailureAsync(node) == "Redis has 2 masters: expected 1.");

        // The old master is demoted. The node follows without being told.
        await first.CommandAsync("REPLICAOF", "127.0.0.1", $"{second.Port}");
        await Eventually.UntilAsync(async () => await FailureAsync(node) is null, Soon);
        Assert.Equal(2, await PutAsync(node, request: 2));
        Assert.Equal("2", await second.CommandAsync("HGET", "{goim3:10}servers", "3"));
    }

    // On a busy machine a replica may confirm a put too late. Repeated with its id, it gets the same seq.
    private static async Task<int> PutAsync(TestNode node, byte request)
    {
        var put = new PutArg { UserId = 42, Server = 3, RequestId = ByteString.CopyFrom([.. Enumerable.Repeat(request, 16)]) };
        var seq = 0;
        await Eventually.UntilAsync(async () =>
        {
            try
            {
                seq = (await node.Client.PutAsync(put)).Seq;
                return true;
            }
            catch (RpcException late) when (late.Trailers.GetValue("goim-reason") == "replicas")
            {
                return false;
            }
        });
        return seq;
    }

    private static async Task<string?> FailureAsync(TestNode node)
    {
        try
        {
            await node.Client.DelAsync(new DelArg { UserId = 42, Seq = 7 });
            return null;
        }
        catch (RpcException failed)
        {
            Assert.Equal(StatusCode.Unavailable, failed.StatusCode);
            return failed.Status.Detail;
        }
    }
}
