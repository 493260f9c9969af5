using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Goim.Kafka;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Faults of the embedded broker: librdkafka's rdkafka_mock.h.</summary>
internal static partial class BrokerFaults
{
    /// <summary>Kinds of request, as the Kafka protocol numbers them.</summary>
    public const short Produce = 0, InitProducerId = 22;

    private const string Library = "librdkafka";
    private const int AllBrokers = -1;
    private static readonly int[] Refusals = [.. Enumerable.Repeat((int)ErrorCode.NotEnoughReplicas, 1_000)];
    private static readonly Lazy<bool> Resolved = new(static () =>
    {
        KafkaLibrary.ResolveFor(typeof(BrokerFaults).Assembly);
        return true;
    });

    // By broker. librdkafka ends the process if a broker's port is taken when it is up again.
    private static readonly ConcurrentDictionary<EmbeddedBroker, Socket[]> HeldPorts = new();

    /// <summary>Drops every connection and takes none until <see cref="SetUp"/>. What is on the topics stays.</summary>
    /// <remarks>
    /// No acknowledgement is lost. A producer would send its record again, and this broker knows such a record only from a transactional
    /// producer, unlike Kafka: it would keep the record twice.
    /// </remarks>
    public static void SetDown(this EmbeddedBroker broker)
    {
        PushErrors(Handle(broker), Produce, (nuint)Refusals.Length, Refusals);
        AnswerAll(broker);
        Assert.Equal(0, SetDown(Handle(broker), AllBrokers));
        ClearErrors(Handle(broker), Produce);
        HeldPorts[broker] = [.. broker.Brokers.Split(',').Select(HoldPort)];
    }

    public static void SetUp(this EmbeddedBroker broker)
    {
        // Another process may have a connection with that port for a moment.
        Array.ForEach(broker.Brokers.Split(','), static address => HoldPort(address).Dispose());
        Assert.Equal(0, SetUp(Handle(broker), AllBrokers));
        if (HeldPorts.TryRemove(broker, out var held))
        {
            Array.ForEach(held, static socket => socket.Dispose());
        }
    }

    /// <summary>Delays every answer by this time; requests are still handled at once.</summary>
    public static void SetRoundTrip(this EmbeddedBroker broker, TimeSpan time) =>
        Assert.Equal(0, SetRtt(Handle(broker), AllBrokers, (int)time.TotalMilliseconds));

    /// <summary>The next requests of a kind are answered with these errors, and not done.</summary>
    public static void FailNext(this EmbeddedBroker broker, short kind, params ErrorCode[] errors) =>
        PushErrors(Handle(broker), kind, (nuint)errors.Length, [.. errors.Select(error => (int)error)]);

    /// <summary>What the broker says about a topic that it has: no error, or for example that it is unknown.</summary>
    public static void SetTopicError(this EmbeddedBroker broker, string topic, ErrorCode error) =>
        SetTopicError(Handle(broker), topic, (int)error);

    public static void SetLeader(this EmbeddedBroker broker, string topic, int partition, int leader) =>
        Assert.Equal(0, SetLeader(Handle(broker), topic, partition, leader));

    /// <summary>Creates a topic with a number of partitions.</summary>
    public static void CreateTopic(this EmbeddedBroker broker, string topic, int partitions) =>
        Assert.Equal(0, CreateTopic(Handle(broker), topic, partitions, 1));

    /// <summary>What broker 1 says its address is.</summary>
    public static void Advertise(this EmbeddedBroker broker, string host, int port) => SetHostPort(Handle(broker), 1, host, port);

    // The broker has one thread, so an answer of now comes after those of all requests before it.
    private static void AnswerAll(EmbeddedBroker broker)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.Brokers })
            .SetLogHandler(static (_, _) => { }).Build();
        admin.GetMetadata(Eventually.Limit);
    }

    // A socket that is bound and does not listen: nobody else gets the port, and the broker can listen on it again.
    private static Socket HoldPort(string address)
    {
        Socket? held = null;
        var endPoint = IPEndPoint.Parse(address);
        Assert.True(SpinWait.SpinUntil(() => (held = TryHold(endPoint)) is not null, Eventually.Limit), $"{address} is taken");
        return held!;
    }

    private static Socket? TryHold(IPEndPoint address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        try
        {
            socket.Bind(address);
            return socket;
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
    }

    private static nint Handle(EmbeddedBroker broker)
    {
        _ = Resolved.Value;
        return broker.Cluster;
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    private static partial int SetDown(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    private static partial int SetUp(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    private static partial int SetRtt(nint cluster, int broker, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    private static partial void PushErrors(nint cluster, short kind, nuint count, ReadOnlySpan<int> errors);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_clear_request_errors")]
    private static partial void ClearErrors(nint cluster, short kind);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_set_error", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void SetTopicError(nint cluster, string topic, int error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateTopic(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_partition_set_leader", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetLeader(nint cluster, string topic, int partition, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_host_port", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void SetHostPort(nint cluster, int broker, string host, int port);
}
