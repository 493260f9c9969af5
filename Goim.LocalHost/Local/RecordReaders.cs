using Confluent.Kafka;
using Goim.Kafka;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Local;

/// <summary>The readers of <c>/local/records</c>, each with a consumer of its own. A consumer has threads and connections.</summary>
internal sealed class RecordReaders(IOptions<KafkaOptions> options, KafkaToken token) : IDisposable
{
    /// <summary>Most readers at once.</summary>
    public const int Most = 16;

    private readonly SemaphoreSlim places = new(Most);

    /// <summary>Takes a place for one more reader, who returns it with <see cref="Leave"/>. False if there is none.</summary>
    public bool TryEnter() => places.Wait(0);

    public void Leave() => places.Release();

    public void Dispose() => places.Dispose();

    /// <summary>Opens a consumer of the push topic.</summary>
    /// <exception cref="KafkaException">The broker does not answer.</exception>
    public Task<IConsumer<byte[]?, byte[]>> OpenAsync(Offset start) =>
        // librdkafka waits for the broker on the calling thread, so this one is not of the pool.
        Task.Factory.StartNew(() => Open(start), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

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
        try
        {
            // The consumer cannot be asked for the partitions: it gets its OAuth token only while it consumes.
            var admins = new AdminClientBuilder(KafkaConnection.To(kafka)).SetLogHandler(static (_, _) => { });
            using var admin = (kafka.UsesToken ? admins.SetOAuthBearerTokenRefreshHandler(token.Refresh) : admins).Build();
            var partitions = admin.GetMetadata(kafka.Topic, TimeSpan.FromSeconds(2)).Topics[0].Partitions;
            consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(kafka.Topic, partition.PartitionId, start)));
            return consumer;
        }
        catch (KafkaException)
        {
            consumer.Dispose();
            throw;
        }
    }
}
