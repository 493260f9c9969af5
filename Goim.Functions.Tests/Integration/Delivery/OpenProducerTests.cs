using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Goim.LocalHost.Broker;
using Goim.Logic.Delivery;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.Delivery;

public sealed class OpenProducerTests
{
    private static readonly TopicPartition Pushes = new("pushes", Partition.Any);

    [Fact]
    public void Records_that_are_not_reported_when_their_producer_is_disposed_of_leave_the_queue()
    {
        var queue = new ProducerQueue(maxRecords: 2);
        var producer = Open(queue);
        var delivery = new PendingDelivery(2);
        Assert.True(queue.TryEnter(2, 2));
        producer.Produce(Pushes, new Message<byte[]?, byte[]> { Value = [1] }, delivery, 0);
        producer.Produce(Pushes, new Message<byte[]?, byte[]> { Value = [2] }, delivery, 1);
        Assert.False(queue.TryEnter(1, 1));

        producer.Dispose();

        Assert.Equal((0, true), (queue.Count, queue.TryEnter(2, 256 * 1024 * 1024)));
    }

    // librdkafka's .NET client takes no record with such a time.
    [Fact]
    public void The_slot_of_a_record_that_is_not_queued_is_its_callers_whatever_the_exception()
    {
        var queue = new ProducerQueue(maxRecords: 2);
        var producer = Open(queue);
        var late = new Message<byte[]?, byte[]> { Value = [1], Timestamp = new Timestamp(1, TimestampType.LogAppendTime) };
        Assert.True(queue.TryEnter(2, 2));

        Assert.Throws<ArgumentException>(() => producer.Produce(Pushes, late, new PendingDelivery(1), 0));
        producer.Dispose();
        Assert.Throws<ProduceException<byte[]?, byte[]>>(
            () => producer.Produce(Pushes, new Message<byte[]?, byte[]> { Value = [1] }, new PendingDelivery(1), 0));

        Assert.Equal(2, queue.Count);
    }

    [Fact]
    public void A_record_that_meets_a_producer_that_is_disposed_of_is_refused_and_its_slot_is_free()
    {
        using var broker = new EmbeddedBroker("pushes", "events");
        var kafka = Options.Create(new KafkaOptions { Brokers = broker.Brokers, Topic = "pushes", EventsTopic = "events" });
        var token = new KafkaToken(kafka, NullLogger<KafkaToken>.Instance);
        using var probe = new BrokerProbe(kafka, token);
        var producer = new RecordProducer(
            kafka,
            Options.Create(new ProducerOptions { QueueMessages = 1 }),
            token,
            new TopicPartitions(kafka, probe, TimeProvider.System),
            TestMetrics.New(),
            TimeProvider.System,
            NullLogger<RecordProducer>.Instance);
        producer.TrySend([], null);
        producer.Dispose();

        for (var i = 0; i < 2; i++)
        {
            Assert.False(producer.SendEvent([1]));
            var result = producer.TrySend([PushRecord.Broadcast("m"u8.ToArray())], null)!.Result(ErrorCode.Local_TimedOut);
            Assert.Equal((DeliveryOutcome.None, ErrorCode.Local_Fatal), (result.Outcome, Assert.Single(result.Errors)));
        }
    }

    // A producer whose broker does not answer.
    private static OpenProducer Open(ProducerQueue queue)
    {
        KafkaLibrary.Use();
        var config = new ProducerConfig { BootstrapServers = "127.0.0.1:1", EnableBackgroundPoll = false };
        var reported = new ReportedRecords("pushes", NullLogger.Instance, TimeProvider.System);
        return new OpenProducer(new ProducerBuilder<byte[]?, byte[]>(config).Build(), queue, reported);
    }
}
