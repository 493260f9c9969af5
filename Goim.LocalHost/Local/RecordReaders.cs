using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Goim.Kafka;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Local;

/// <summary>The readers of <c>/local/records</c>, each with a consumer of its own. A consumer has threads and connections.</summary>
internal sealed class RecordReaders(IOptions<KafkaOptions> options, KafkaToken token, int most) : IDisposable
{
    /// <summary>Files that a reader opens besides its own connection.</summary>
    public const int FilesOfOne = 12;

    private const int MostEver = 16;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim places = new(most);

    /// <summary>Most readers at once.</summary>
    public int Most => most;

    /// <summary>Most readers of a process: 16, or as many as a third of the files that it may still open allows.</summary>
    /// <param name="freeFiles">Files that it may still open. Null for no limit.</param>
    public static int MostWith(int? freeFiles) => freeFiles is { } free ? Math.Clamp(free / 3 / FilesOfOne, 1, MostEver) : MostEver;

    /// <summary>Takes a place for one more reader, who returns it with <see cref="Leave"/>. False if there is none.</summary>
    public bool TryEnter() => places.Wait(0);

    public void Leave() => places.Release();

    public void Dispose() => places.Dispose();

    /// <summary>Opens a consumer of the push topic.</summary>
    /// <exception cref="KafkaException">The broker does not answer.</exception>
    public Task<IConsumer<byte[]?, byte[]>> OpenAsync(Offset start) =>
        // librdkafka waits for the broker on the calling thread, so this one is not of the pool.
        Task.Factory.StartNew(() => Open(start), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // Asked for now: the consumer would look for the ends later, and leave out what is written meanwhile.
    private static IEnumerable<TopicPartitionOffset> Ends(IAdminClient admin, IEnumerable<TopicPartition> partitions)
    {
        var latest = partitions.Select(static partition =>
            new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() });
        var ends = admin.ListOffsetsAsync(latest, new ListOffsetsOptions { RequestTimeout = Timeout }).GetAwaiter().GetResult();
        return ends.ResultInfos.Select(static end => end.TopicPartitionOffsetError.TopicPartitionOffset);
    }

    private IConsumer<byte[]?, byte[]> Open(Offset start)
    {
        KafkaLibrary.Use();
        var kafka = options.Value;
        var configuration = new ConsumerConfig(KafkaConnection.To(kafka))
        {
            GroupId = $"local-records-{Guid.NewGuid():N}",
            EnableAutoCommit = false,
        };
        var consumers = new ConsumerBuilder<byte[]?, byte[]>(configuration).SetLogHandler(static (_, _) => { });
        var consumer = (kafka.UsesToken ? consumers.SetOAuthBearerTokenRefreshHandler(token.Refresh) : consumers).Build();
        var isOpen = false;
        try
        {
            // The consumer cannot be asked for the partitions: it gets its OAuth token only while it consumes.
            var admins = new AdminClientBuilder(KafkaConnection.To(kafka)).SetLogHandler(static (_, _) => { });
            using var admin = (kafka.UsesToken ? admins.SetOAuthBearerTokenRefreshHandler(token.Refresh) : admins).Build();
            var partitions = admin.GetMetadata(kafka.Topic, Timeout).Topics[0].Partitions
                .Select(partition => new TopicPartition(kafka.Topic, partition.PartitionId));
            consumer.Assign(start == Offset.End
                ? Ends(admin, partitions)
                : partitions.Select(partition => new TopicPartitionOffset(partition, start)));
            isOpen = true;
            return consumer;
        }
        finally
        {
            if (!isOpen)
            {
                consumer.Dispose();
            }
        }
    }
}
