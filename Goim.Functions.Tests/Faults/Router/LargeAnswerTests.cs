using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Net.Client;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>Calls that ask a node for more than it gives: memory is bounded, and the app asks for less.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class LargeAnswerTests
{
    private const int PutsPerCall = 10_000;
    private const long Megabyte = 1_000_000;

    // Before: 780 MB for one call.
    [Fact]
    public async Task Four_million_equal_ids_take_little_memory()
    {
        await using var node = await TestNode.StartAsync();
        var arg = new MGetArg { UserIds = { Enumerable.Repeat(42L, 4_000_000) } };
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await node.Client.MGetAsync(arg));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 250 * Megabyte);
    }

    // Before: 1.3 GB for a hundred streams.
    [Fact]
    public async Task A_hundred_streams_that_nobody_reads_take_little_memory()
    {
        const int Streams = 100, Users = 500_000;
        await using var node = await TestNode.StartAsync();
        foreach (var users in Enumerable.Range(1, Users).Chunk(PutsPerCall))
        {
            await node.Client.MPutAsync(new MPutArg { Puts = { users.Select(user => new PutArg { UserId = user, Server = 3 }) } });
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var streams = new List<AsyncServerStreamingCall<GetAllReply>>();
        while (streams.Count < Streams)
        {
            var stream = node.Client.GetAll(new GetAllArg());
            await stream.ResponseHeadersAsync;
            streams.Add(stream);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 150 * Megabyte);
        streams.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task Users_whose_sessions_exceed_an_answer_are_asked_for_one_by_one()
    {
        await using var host = await TestHost.StartAsync(["1"], [], nodeSettings: ["--RouterNode:MaxSessionsPerUser=0"]);
        var node = host.Nodes["1"];
        await PutAsync(node, 1, 1_100_000);
        await PutAsync(node, 2, 1_100_000);
        using var channel = GrpcChannel.ForAddress(
            node.Address, new GrpcChannelOptions { MaxReceiveMessageSize = RouterLimits.MaxReplyBytes });
        var packed = new PackedRouterRPC.PackedRouterRPCClient(channel);

        const string TooLarge = "The answer for 2 users is larger than 16777216 bytes: ask for fewer users.";
        await RefusesAsync(() => packed.MGetAsync(new PackedMGetArg { UserIds = { 1, 2 } }).ResponseAsync, TooLarge);
        await RefusesAsync(() => node.Client.MGetAsync(new MGetArg { UserIds = { 1, 2 } }).ResponseAsync, TooLarge);
        Assert.Equal([1_100_000], (await packed.MGetAsync(new PackedMGetArg { UserIds = { 2 } })).Counts);
        var dry = await host.PostAsync("/1/pushs?dry=1", """{"m":1,"u":[1,2]}""");
        Assert.Equal(2_200_000, dry.GetProperty("data").GetProperty("sessions").GetInt32());

        await PutAsync(node, 1, 1_000_000);
        const string OfOne = "User 1 has more sessions than an answer holds (2097143).";
        await RefusesAsync(() => node.Client.GetAsync(new GetArg { UserId = 1 }).ResponseAsync, OfOne);
        await RefusesAsync(() => packed.MGetAsync(new PackedMGetArg { UserIds = { 1 } }).ResponseAsync, OfOne);
        await RefusesAsync(
            async () => await node.Client.GetAll(new GetAllArg()).ResponseStream.MoveNext(CancellationToken.None), OfOne);
        const string Push = "user 1 has more sessions than an answer of a router node holds (2097143): nothing was sent.";
        (await host.PostAsync("/1/push?uid=1", "m")).IsRefused(Push);
        (await host.PostAsync("/1/pushs", """{"m":1,"u":[1,2]}""")).IsRefused(Push);
    }

    private static async Task RefusesAsync(Func<Task> call, string detail)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((StatusCode.ResourceExhausted, detail), (refused.StatusCode, refused.Status.Detail));
        Assert.Equal("size", refused.Trailers.GetValue("goim-reason"));
    }

    private static async Task PutAsync(TestNode node, long user, int sessions)
    {
        var puts = new MPutArg { Puts = { Enumerable.Repeat(new PutArg { UserId = user, Server = 3, RoomId = 7 }, PutsPerCall) } };
        for (var put = 0; put < sessions; put += PutsPerCall)
        {
            await node.Client.MPutAsync(puts);
        }
    }
}
