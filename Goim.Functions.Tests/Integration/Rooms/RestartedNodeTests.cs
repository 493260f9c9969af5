using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Rooms;

/// <summary>A node in memory is started again between the steps of a change.</summary>
public sealed class RestartedNodeTests
{
    private const string Change = """{"key":"42_1","roomId":7}""";

    [Fact]
    public async Task The_change_fails_and_after_the_restore_a_repeat_succeeds()
    {
        using var broker = new EmbeddedBroker();
        await using var node = await RouterProcess.StartAsync();
        await using var host = await TestHost.StartAsync(TestBroker.On(broker), [], $"--Router:Nodes:1={node.Address}");
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 1 });
        Assert.Equal(1, (await host.PostAsync("/1/push/all?ack=broker", "m")).Ret());
        broker.SetDown();

        var change = host.PostAsync("/1/room/change", Change);
        await Eventually.UntilAsync(async () => (await node.Client.RoomCountAsync(new RoomCountArg { RoomId = 7 })).Count == 1);
        await node.KillAsync();
        await node.RestartAsync();
        await Eventually.UntilAsync(async () => (await host.GetAsync("/1/router/ping")).Ret() == 1);
        broker.SetUp();

        // The node has forgotten the session, or was not reached again in time.
        (await change).IsRefused(": the change may not be finished, repeat the call, which is always safe.");

        // The comet restores the connection in the room in which it is now: 1 if the node's answer was lost.
        var room = Assert.Single(RoomReplay.RoomsOf(host.Records(), "42_1", 1));
        Assert.True(room is 1 or 7, $"{room}");
        await host.PostAsync("/1/router/mput", $$"""{"puts":[{"key":"42_1","server":3,"roomId":{{room}}}]}""");
        (await host.PostAsync("/1/room/change", Change)).HasData("""{"roomId":7}""");
        (await host.GetAsync("/1/count?type=room&rid=7")).HasData("""{"sessions":1}""");
        Assert.Equal([7], RoomReplay.RoomsOf(host.Records(), "42_1", 1));
    }

    [Fact]
    public async Task A_cold_node_refuses_what_it_does_not_know()
    {
        await using var node = await TestNode.StartAsync(null, "--RouterNode:ColdStart=00:10:00");
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 1 });

        (await host.PostAsync("/1/room/change", """{"key":"43_1","roomId":7}"""))
            .IsRefused("router node 1 started recently and may not know all sessions yet: nothing was changed.");
        (await host.PostAsync("/1/room/changes", $$"""{"server":3,"changes":[{"key":"43_1","roomId":7},{{Change}}]}""")).HasData("""
            {"changes":[{"error":"router node 1 started recently and may not know all sessions yet: nothing was changed.","retry":true},
            {"roomId":7}]}
            """.ReplaceLineEndings(""));
        (await host.GetAsync("/1/room/users?rid=7")).IsRefused("started recently");
        (await host.GetAsync("/1/count?type=total")).IsRefused("started recently");
        (await host.GetAsync("/1/count?type=room&rid=7")).IsRefused("started recently");
        (await host.PostAsync("/1/kick?uid=43", "")).IsRefused("started recently", "nobody was disconnected.");
        Assert.Equal(2, host.Records().Count);
    }
}
