using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Testcontainers.Kafka;

namespace Goim.Functions.Tests.Docker;

/// <summary>Apache Kafka in a container, with the image of compose.yaml. It keeps its port over a restart.</summary>
internal sealed class KafkaBroker : IAsyncDisposable
{
    private const int Partitions = 16;
    private readonly KafkaContainer container = new KafkaBuilder(ComposeFile.Read().Image("kafka"))
        .WithEnvironment("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
        .WithPortBinding(Ports.Next(), KafkaBuilder.KafkaPort)
        .Build();

    private KafkaBroker() => Broker = null!;

    /// <summary>For test hosts.</summary>
    public TestBroker Broker { get; private set; }

    public static async Task<KafkaBroker> StartAsync()
    {
        var kafka = new KafkaBroker();
        await kafka.container.StartAsync();
        var port = kafka.container.GetMappedPublicPort(KafkaBuilder.KafkaPort);
        kafka.Broker = new TestBroker($"{kafka.container.Hostname}:{port}", kafka.CreateTopicAsync);
        return kafka;
    }

    /// <summary>Freezes the broker: connections stay open, and requests on them get no answer.</summary>
    public Task FreezeAsync() => container.PauseAsync();

    public Task ThawAsync() => container.UnpauseAsync();

    /// <summary>Stops it gracefully; its topics stay in the container.</summary>
    public Task StopAsync() => container.StopAsync();

    public Task RestartAsync() => container.StartAsync();

    public ValueTask DisposeAsync() => container.DisposeAsync();

    private async Task CreateTopicAsync(string topic)
    {
        KafkaLibrary.Use();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Broker.Brokers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = Partitions, ReplicationFactor = 1 }]);
    }
}
