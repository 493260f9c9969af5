using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Faults.Delivery;

/// <summary>The answers to acknowledged pushes while brokers fail, compared with the topic afterwards.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class DeliveryFaultTests : IDisposable
{
    private const string Short = "--KafkaDeliveryTimeout=00:00:01";
    private readonly EmbeddedBroker broker = new(3, []);

    public void Dispose() => broker.Dispose();

    [Fact]
    public Task With_the_brokers_down_nothing_is_known_and_nothing_comes_twice() => Outage().NothingIsKnownAndNothingComesTwiceAsync();

    [Fact]
    public Task Pushes_wait_for_brokers_that_come_back_in_time() => Outage().PushesWaitAsync();

    [Fact]
    public Task A_room_keeps_its_order_while_the_brokers_come_and_go() => Outage().ARoomKeepsItsOrderAsync();

    [Fact]
    public async Task A_push_follows_the_leader_of_its_partition()
    {
        await using var host = await TestHost.StartAsync(broker);
        using var watch = host.Watch();
        var pushes = new AcknowledgedPushes(host.Http);
        await pushes.SendAsync(100, 50);

        var during = pushes.SendAsync(5_000, 50);
        for (var leader = 1; pushes.Count("all") < 4_000; leader = (leader % 3) + 1)
        {
            for (var partition = 0; partition < EmbeddedBroker.Partitions; partition++)
            {
                broker.SetLeader(host.Topic, partition, leader);
            }

            await pushes.SendAsync(50, 1);
        }

        await during;
        Assert.Equal(0, pushes.Count("none") + pushes.Count("unknown"));
        await pushes.AssertKeptAsync(watch);
    }

    // librdkafka waits 0.1 to 1 s between retries, give or take a fifth: five retries take up to 3 s, a tenth of the delivery timeout.
    [Fact]
    public async Task Too_few_replicas_are_waited_for()
    {
        await using var host = await TestHost.StartAsync(broker);
        using var watch = host.Watch();
        var pushes = new AcknowledgedPushes(host.Http);
        broker.FailNext(BrokerFaults.Produce, [.. Enumerable.Repeat(ErrorCode.NotEnoughReplicas, 5)]);

        await pushes.SendAsync(20, 20);

        Assert.Equal(20, pushes.Count("all"));
        await pushes.AssertKeptAsync(watch);
    }

    [Fact]
    public async Task Where_there_are_too_few_replicas_for_too_long_nothing_is_known()
    {
        await using var host = await TestHost.StartAsync(broker, Short);
        using var watch = host.Watch();
        var pushes = new AcknowledgedPushes(host.Http);
        broker.FailNext(BrokerFaults.Produce, [.. Enumerable.Repeat(ErrorCode.NotEnoughReplicas, 5_000)]);

        await pushes.SendAsync(20, 20);

        Assert.Equal(20, pushes.Count("unknown"));
        await pushes.AssertKeptAsync(watch);
    }

    [Theory]
    [InlineData(ErrorCode.MsgSizeTooLarge, "the broker refused the record for its size", 413)]
    [InlineData(ErrorCode.PolicyViolation, "Kafka refused 1 record (PolicyViolation): nothing was sent, repeat the call.", 503)]
    public async Task What_the_broker_refuses_is_not_on_the_topic_and_the_next_push_is(ErrorCode error, string expected, int status)
    {
        await using var host = await TestHost.StartAsync(broker);
        using var watch = host.Watch();
        var pushes = new AcknowledgedPushes(host.Http);
        await pushes.SendAsync();
        broker.FailNext(BrokerFaults.Produce, error);

        (await pushes.SendAsync()).IsRefused(expected);
        Assert.Equal(1, pushes.Count("none"));

        broker.FailNext(BrokerFaults.Produce, error);
        var again = await host.PostRawAsync("/1/push/room?rid=1&ack=broker", "m"u8.ToArray(), "X-Goim-Errors: http");
        Assert.Equal(status, again.Status);
        await pushes.SendAsync(100, 10);
        Assert.Equal(101, pushes.Count("all"));
        await pushes.AssertKeptAsync(watch);
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_leaves_open_what_is_on_the_topic()
    {
        using var single = new EmbeddedBroker();
        await using var host = await TestHost.StartAsync(single, Short);
        using var watch = host.Watch();
        var pushes = new AcknowledgedPushes(host.Http);
        await pushes.WarmUpAsync();
        single.SetRoundTrip(TimeSpan.FromSeconds(3));

        var (answer, message) = (await pushes.SendAsync(), pushes.Last);

        answer.IsRefused("Kafka did not acknowledge 1 of 1 record in time", "not known");
        var again = await host.PostRawAsync("/1/push/all?ack=broker", "again"u8.ToArray(), "X-Goim-Errors: http");
        Assert.Equal(503, again.Status);
        Assert.False(again.Headers.ContainsKey("Retry-After"), "a repeat may send twice");
        Assert.Equal("""{"outcome":"unknown","acks":[]}""", answer.GetProperty("data").GetRawText());
        single.SetRoundTrip(TimeSpan.Zero);
        await Eventually.UntilAsync(async () => (await pushes.SendAsync()).Ret() == 1);
        Assert.Equal(1, (await watch.CountedAsync()).GetValueOrDefault(message));
    }

    // Two records of 600 kB are two requests to the broker, and it refuses one of them.
    [Fact]
    public async Task Some_records_refused_are_told_with_those_that_are_not()
    {
        using var single = new EmbeddedBroker();
        await using var host = await TestHost.StartAsync(single);
        await host.Nodes["1"].PutAsync(42, 1, 3, 1);
        await host.Nodes["1"].PutAsync(42, 2, 5, 1);
        Assert.Equal(1, (await host.PostAsync("/1/push?uid=42&ack=broker", "first")).Ret());
        single.FailNext(BrokerFaults.Produce, ErrorCode.PolicyViolation);

        var answer = await host.PostAsync("/1/push?uid=42&ack=broker", new byte[450_000]);

        answer.IsRefused("Kafka refused 1 of 2 records (PolicyViolation): the others are on the topic, a repeated call sends them twice.");
        Assert.Equal("some", answer.GetProperty("data").GetProperty("outcome").GetString());
        var acknowledgement = Assert.Single(answer.GetProperty("data").GetProperty("acks").EnumerateArray().ToArray());
        var large = Assert.Single(host.Records(), record => record.Value.Length > 500_000);
        Assert.Equal(
            (large.Partition, large.Offset),
            (acknowledgement.GetProperty("partition").GetInt32(), acknowledgement.GetProperty("offset").GetInt64()));
    }

    // As if the broker had appended the record and its answer had been lost.
    [Fact]
    public async Task A_record_that_the_broker_has_already_is_acknowledged_without_its_offset()
    {
        await using var host = await TestHost.StartAsync(broker);
        await host.PostAsync("/1/push/all?ack=broker", "first");
        broker.FailNext(BrokerFaults.Produce, ErrorCode.DuplicateSequenceNumber);

        var acknowledgement = (await host.PostAsync("/1/push/all?ack=broker", "m")).GetProperty("data").GetProperty("acks")[0];

        Assert.Equal(System.Text.Json.JsonValueKind.Null, acknowledgement.GetProperty("offset").ValueKind);
    }

    [Fact]
    public async Task A_producer_that_the_broker_will_have_no_more_of_is_replaced()
    {
        broker.FailNext(BrokerFaults.InitProducerId, [.. Enumerable.Repeat(ErrorCode.ClusterAuthorizationFailed, 3)]);
        await using var host = await TestHost.StartAsync(broker, Short);
        using var watch = host.Watch();
        var pushes = new AcknowledgedPushes(host.Http);
        await pushes.SendAsync(10, 10);

        await Eventually.UntilAsync(async () => (await pushes.SendAsync()).Ret() == 1);
        await pushes.AssertKeptAsync(watch);
    }

    private BrokerOutage Outage() => new(
        TestBroker.On(broker),
        () =>
        {
            broker.SetDown();
            return Task.CompletedTask;
        },
        () =>
        {
            broker.SetUp();
            return Task.CompletedTask;
        });
}
