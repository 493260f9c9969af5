using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Delivery;

/// <summary>The queues before a broker that is down.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class QueueFaultTests : IDisposable
{
    private const string Short = "--KafkaDeliveryTimeout=00:00:01";
    private readonly EmbeddedBroker broker = new(3, []);

    public void Dispose() => broker.Dispose();

    [Fact]
    public async Task A_batch_stops_where_the_broker_does_not_answer()
    {
        await using var host = await TestHost.StartAsync(broker, Short, "--KafkaQueueMessages=1");
        await new AcknowledgedPushes(host.Http).WarmUpAsync();
        broker.SetDown();

        var lines = string.Concat(Enumerable.Range(0, 500).Select(i => $$"""{"all":true,"m":{{i}}}""" + "\n"));
        using var response = await host.Http.PostAsync("/1/push/batch", new StringContent(lines));

        var answers = (await response.Content.ReadAsStringAsync())
            .TrimEnd('\n')
            .Split('\n')
            .Select(answer => JsonElement.Parse(answer))
            .ToList();
        answers[0].IsRefused("line 1: Kafka did not acknowledge 1 of 1 record in time");
        Assert.All(
            answers.Skip(1),
            answer => answer.IsRefused(
                "Kafka did not acknowledge the pushes before it in time (Local_MsgTimedOut): nothing was sent, repeat it."));
        Assert.Equal(500, answers.Count);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_takes_pushes_again()
    {
        await using var host = await TestHost.StartAsync(broker, "--KafkaQueueMessages=10");
        using var watch = host.Watch();
        var pushes = new AcknowledgedPushes(host.Http);
        await pushes.SendAsync();
        broker.SetDown();
        var waiting = pushes.SendAsync(20, 20);
        await Eventually.UntilAsync(() => Task.FromResult(pushes.Count("none") == 10));

        var refused = await host.PostRawAsync("/1/push/all?ack=broker", "m"u8.ToArray(), "X-Goim-Errors: http");
        Assert.Equal(503, refused.Status);
        Assert.Equal("1", refused.Headers["Retry-After"]);
        JsonElement.Parse(refused.Body)
            .IsRefused("the queue to Kafka is full (KafkaQueueMessages): nothing was sent, repeat the call.");

        broker.SetUp();
        await waiting;
        await Eventually.UntilAsync(async () => (await pushes.SendAsync()).Ret() == 1);
        Assert.Equal(0, pushes.Count("unknown"));
        await pushes.AssertKeptAsync(watch);
    }

    // The output binding's producer queues at most 100,000 records, as in the Functions host.
    [Fact]
    public async Task A_full_queue_of_the_binding_is_an_empty_500()
    {
        await using var host = await TestHost.StartAsync(broker, "--KafkaMaxRecordBytes=1000");
        foreach (var users in Enumerable.Range(1, 300_000).Chunk(10_000))
        {
            var puts = users.Select(user => new PutArg { UserId = user + 10_000_000, Server = 1 });
            await host.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });
        }

        broker.SetDown();
        var body = System.Text.Encoding.ASCII.GetBytes(
            $$"""{"m":"{{new string('m', 640)}}","u":[{{string.Join(',', Enumerable.Range(10_000_001, 300_000))}}]}""");
        (await host.PostAsync("/1/pushs", body)).IsOk();
        RawAnswer answer;
        do
        {
            answer = await host.PostRawAsync("/1/pushs", body);
        }
        while (answer.Status == 200);

        Assert.Equal((500, ""), (answer.Status, answer.Body));
        Assert.False(answer.Headers.ContainsKey("Content-Type"));
    }
}
