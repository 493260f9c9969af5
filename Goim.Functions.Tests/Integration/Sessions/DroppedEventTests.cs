using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Sessions;

/// <summary>Events that the app knows not to be sent.</summary>
public sealed class DroppedEventTests
{
    private static readonly string[] OwnProducer =
        ["--KafkaProtocol=SaslSsl", "--KafkaAuthentication=OAuthBearer", "--Push:Ack=broker", "--Events:Connections=true"];

    [Fact]
    public async Task A_count_whose_event_is_too_large_says_so_beside_its_data()
    {
        await using var host = await TestHost.StartAsync("--KafkaMaxRecordBytes=1000");
        var puts = Enumerable.Range(1, 50).Select(id => new PutArg { UserId = id, Server = 3, RoomId = id });
        await host.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });

        var answer = (await host.GetAsync("/1/count?type=room&publish=1")).GetRawText();

        Assert.StartsWith("""{"ret":1,"data":[{"RoomId":1,"Count":1},""", answer, StringComparison.Ordinal);
        Assert.EndsWith("""{"RoomId":50,"Count":1}],"published":false}""", answer, StringComparison.Ordinal);
        Assert.EndsWith("}]}", (await host.GetAsync("/1/count?type=room")).GetRawText(), StringComparison.Ordinal);
        (await host.GetAsync("/1/count?type=server&publish=1")).HasData("""[{"Server":3,"Count":50}]""");
        Assert.Single(host.Events());
        Assert.Equal(1, await DroppedAsync(host));
    }

    [Fact]
    public async Task An_event_that_the_full_queue_of_the_own_producer_does_not_take_is_reported_and_counted()
    {
        await using var host = await TestHost.StartAsync(["1"], [.. OwnProducer, "--KafkaQueueMessages=1"], brokers: "127.0.0.1:1");
        (await host.PostAsync("/1/server/del?server=3", "")).IsOk();

        Assert.Equal("""{"ret":1,"published":false}""", (await host.PostAsync("/1/server/del?server=3", "")).GetRawText());
        Assert.Equal("""{"ret":1,"data":[],"published":false}""", (await host.GetAsync("/1/count?type=room&publish=1")).GetRawText());
        (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).HasData("""{"key":"42_1","roomId":1}""");

        Assert.Equal(3, await DroppedAsync(host));
    }

    [Fact]
    public async Task An_event_that_the_broker_does_not_acknowledge_is_counted()
    {
        await using var host = await TestHost.StartAsync(
            ["1"], [.. OwnProducer, "--KafkaDeliveryTimeout=00:00:00.100"], brokers: "127.0.0.1:1");

        (await host.PostAsync("/1/server/del?server=3", "")).IsOk();

        await Eventually.UntilAsync(async () => await DroppedAsync(host) == 1);
    }

    private static async Task<int> DroppedAsync(TestHost host) =>
        (await host.StatAsync()).GetProperty("events").GetProperty("dropped").GetInt32();
}
