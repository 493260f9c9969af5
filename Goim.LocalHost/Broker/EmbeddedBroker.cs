using System.Runtime.InteropServices;
using System.Text;
using Goim.Kafka;
using Goim.Settings;

namespace Goim.LocalHost.Broker;

/// <summary>A Kafka broker in this process, in memory, on a free port of 127.0.0.1.</summary>
/// <remarks>It is librdkafka's mock broker, which speaks the Kafka protocol. Each partition keeps its newest 5 MiB.</remarks>
internal sealed class EmbeddedBroker : IDisposable
{
    /// <summary>Partitions of each topic.</summary>
    public const int Partitions = 8;

    /// <summary><c>RD_KAFKA_PRODUCER</c></summary>
    private const int ProducerType = 0;
    private static readonly Lazy<bool> LibraryResolver = new(static () =>
    {
        KafkaLibrary.ResolveFor(typeof(EmbeddedBroker).Assembly);
        return true;
    });

    private readonly int brokers;
    private readonly nint client;
    private readonly nint cluster;

    /// <param name="topics">Topics to create.</param>
    /// <exception cref="StartException">librdkafka could not start the broker.</exception>
    public EmbeddedBroker(params ReadOnlySpan<string> topics)
        : this(1, topics)
    {
    }

    /// <param name="brokers">How many brokers the cluster has, each on a port of its own.</param>
    /// <param name="topics">Topics to create, a replica on each broker.</param>
    internal EmbeddedBroker(int brokers, params ReadOnlySpan<string> topics)
    {
        this.brokers = brokers;
        KafkaLibrary.Use();
        _ = LibraryResolver.Value;
        var error = new byte[512];
        var configuration = MockCluster.NewConfiguration();

        // A higher log level warns that this client has no broker to connect to.
        _ = MockCluster.Configure(configuration, "log_level", "2", error, (nuint)error.Length);
        client = MockCluster.NewClient(ProducerType, configuration, error, (nuint)error.Length);
        if (client == 0)
        {
            throw new StartException($"the embedded broker did not start: {Encoding.UTF8.GetString(error).TrimEnd('\0')}");
        }

        cluster = MockCluster.New(client, brokers);
        Brokers = Marshal.PtrToStringUTF8(MockCluster.Bootstraps(cluster))!;
        foreach (var topic in topics)
        {
            CreateTopic(topic);
        }
    }

    /// <summary><c>127.0.0.1:port</c>, one for each broker, separated by commas.</summary>
    public string Brokers { get; }

    /// <summary>librdkafka's handle of the cluster. Tests inject faults through it.</summary>
    internal nint Cluster => cluster;

    /// <summary>True if <c>KafkaBrokers</c> is not set.</summary>
    public static bool IsNeeded(IConfiguration configuration) => string.IsNullOrEmpty(configuration["KafkaBrokers"]);

    /// <summary>The settings that make the app use this broker.</summary>
    public static Dictionary<string, string?> Settings(string brokers) => new() { ["KafkaBrokers"] = brokers };

    public void CreateTopic(string topic, int partitions = Partitions) =>
        _ = MockCluster.CreateTopic(cluster, topic, partitions, brokers);

    public void Dispose()
    {
        MockCluster.Destroy(cluster);
        MockCluster.DestroyClient(client);
    }
}
