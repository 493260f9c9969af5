using System.Text.Json.Nodes;

namespace Goim.Functions.Tests.Infra;

/// <summary>infra/main.bicep, built once for all tests, and what it deploys with some sets of parameters.</summary>
public sealed class BuiltInfra : IAsyncLifetime
{
    /// <summary>For a deployment that only one test needs.</summary>
    internal Bicep Bicep { get; private set; } = null!;

    /// <summary>The ARM template.</summary>
    internal JsonNode Template { get; private set; } = null!;

    /// <summary>All parameters at their defaults, and tokens with keys: Event Hubs, pushes through the output binding.</summary>
    internal Deployment Queue { get; private set; } = null!;

    /// <summary>Event Hubs, pushes acknowledged, private endpoints, alerts by mail, authorities for clients and callers.</summary>
    internal Deployment Broker { get; private set; } = null!;

    /// <summary>Another Kafka with a password, private endpoints, every other choice unlike its default.</summary>
    internal Deployment Kafka { get; private set; } = null!;

    /// <summary>Another Kafka that asks for nothing.</summary>
    internal Deployment OpenKafka { get; private set; } = null!;

    internal Deployment[] All => [Queue, Broker, Kafka, OpenKafka];

    /// <summary>The template of a module, by its symbolic names from main.bicep on.</summary>
    internal JsonNode Module(params string[] names) =>
        names.Aggregate(Template, static (template, name) => template["resources"]![name]!["properties"]!["template"]!);

    public async Task InitializeAsync()
    {
        if (Bicep.Missing is not null)
        {
            return;
        }

        Bicep = new Bicep();
        Template = JsonNode.Parse(await Bicep.BuildAsync())!;
        Queue = Deployment.Read(await Bicep.SnapshotAsync(""));
        Broker = Deployment.Read(await Bicep.SnapshotAsync("""
            param pushAck = 'broker'
            param privateEndpoints = true
            param alertEmail = 'operators@example.com'
            param connectJwtAuthority = 'https://login.example'
            param connectJwtIssuer = 'https://issuer.example'
            param connectJwtAudience = 'goim'
            param accessAudience = 'client-id-of-the-test'
            """));
        Kafka = Deployment.Read(await Bicep.SnapshotAsync("""
            param connectTokens = 'UserId'
            param accessKeepFunctionKeys = 'none'
            param kafkaBrokers = 'one.example.com:9093,two.example.com:9093'
            param kafkaAuthentication = 'ScramSha512'
            param kafkaUsername = 'goim'
            param kafkaPassword = 's3cret-of-the-test'
            param kafkaCaFile = '/home/site/wwwroot/kafka-ca.pem'
            param kafkaTopic = 'pushes'
            param kafkaEventsTopic = 'events'
            param kafkaPartitioner = 'fnv1a_random'
            param eventsConnections = true
            param functionsSettings = { KafkaCompression: 'lz4' }
            param privateEndpoints = true
            param zoneRedundant = false
            param routerMinReplicas = 3
            param routerServerLease = '00:02:00'
            param cometMinReplicas = 4
            param cometMaxReplicas = 20
            param cometExists = true
            param cometDrainSeconds = 570
            param cometTcpPort = 8080
            param cometAllowedOrigins = 'https://console.example:8443'
            param cometKafkaCaFile = '/app/kafka-ca.pem'
            param cometCustomDomains = [{ name: 'push.example.com', certificateId: 'certificate-of-the-test' }]
            """));
        OpenKafka = Deployment.Read(await Bicep.SnapshotAsync("""
            param kafkaBrokers = 'one.example.com:9092'
            param kafkaProtocol = 'Plaintext'
            param kafkaAuthentication = 'None'
            """));
    }

    public Task DisposeAsync()
    {
        Bicep?.Dispose();
        return Task.CompletedTask;
    }
}

[CollectionDefinition(nameof(BuiltInfra))]
public sealed class BuiltInfraUsers : ICollectionFixture<BuiltInfra>;
