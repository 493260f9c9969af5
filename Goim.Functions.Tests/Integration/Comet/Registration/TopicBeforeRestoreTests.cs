using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>A node that starts again has forgotten changes of room that are on the topic, and that the comet may not have read.</summary>
public sealed class TopicBeforeRestoreTests
{
    private const string Topic = "pushes", Lease = "--RouterNode:ServerLease=00:00:03";

    // Whether the comet waits for the records or corrects the room afterwards: the node has the room that the topic says.
    [Fact]
    public async Task The_room_of_a_restored_session_is_the_one_that_the_topic_says()
    {
        using var broker = new EmbeddedBroker(Topic, $"{Topic}-events");
        using var proxy = new BrokerProxy(broker);
        await using var host = await TestHost.StartAsync(
            ["1"], [$"--KafkaTopic={Topic}", $"--KafkaEventsTopic={Topic}-events"], brokers: broker.Brokers, nodeSettings: [Lease]);
        await using var facade = await FacadeProxy.StartAsync(host);
        await using var comet = await CometProgram.StartAsync(
            facade.Url, proxy.Brokers, Topic, "--Comet:ServerId=3", $"--Comet:TcpPort={Ports.Next()}");
        await comet.UntilPingAsync("ok");
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");
        using var producer = new TopicProducer(broker.Brokers, Topic);

        // What the comet's consumer has asked for is not answered. Other questions to the broker are.
        proxy.Hold();
        await producer.WriteAsync("""{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":1}""", partition: 1);
        await producer.WriteAsync("""{"op":"join_room","server":3,"subkeys":["42_1"],"roomid":7}""", partition: 7);
        await host.Nodes["1"].DisposeAsync();
        await using var restarted = await TestNode.StartAsync(null, Lease, $"--urls={host.Nodes["1"].Address}");
        var before = facade.Bodies("/1/heartbeat").Length;
        await Eventually.UntilAsync(() => facade.Bodies("/1/heartbeat").Length > before);
        proxy.Release();

        await Eventually.UntilAsync(async () => await InRoomAsync(host, 7) == 1);
        Assert.Equal(0, await InRoomAsync(host, 1));
    }

    private static async Task<long> InRoomAsync(TestHost host, int room)
    {
        var counts = await host.CountNowAsync("allroomcount");
        return counts.Ret() == 1 && counts.GetProperty("data").GetProperty("counter").TryGetProperty($"{room}", out var count)
            ? count.GetInt64()
            : 0;
    }
}
