using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Goim.LocalHost.Broker;
using Goim.Logic.Delivery;

namespace Goim.Functions.Tests.Integration.Delivery;

public sealed class OpenProducerTests
{
    [Fact]
    public void Records_that_are_not_reported_when_their_producer_is_disposed_of_leave_the_queue()
    {
        using var broker = new EmbeddedBroker("pushes", "events");
        broker.SetDown();
        KafkaLibrary.Use();
        var queue = new ProducerQueue(maxRecords: 2);
        var config = new ProducerConfig { BootstrapServers = broker.Brokers };
        var producer = new OpenProducer(new ProducerBuilder<byte[]?, byte[]>(config).Build(), queue);
        var delivery = new PendingDelivery(2);
        Assert.True(queue.TryEnter(2, 2));
        producer.Produce("pushes", new Message<byte[]?, byte[]> { Value = [1] }, delivery, 0);
        producer.Produce("pushes", new Message<byte[]?, byte[]> { Value = [2] }, delivery, 1);
        Assert.False(queue.TryEnter(1, 1));

        producer.Dispose();

        Assert.Equal((0, true), (queue.Count, queue.TryEnter(2, 256 * 1024 * 1024)));
    }
}
