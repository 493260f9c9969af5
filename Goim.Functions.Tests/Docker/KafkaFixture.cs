namespace Goim.Functions.Tests.Docker;

/// <summary>One Apache Kafka for the tests of a class.</summary>
public sealed class KafkaFixture : IAsyncLifetime
{
    internal KafkaBroker Kafka { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (DockerEngine.Missing is null)
        {
            Kafka = await KafkaBroker.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (Kafka is not null)
        {
            await Kafka.DisposeAsync();
        }
    }
}
