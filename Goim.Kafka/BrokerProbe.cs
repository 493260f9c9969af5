using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Options;

namespace Goim.Kafka;

/// <summary>Asks a broker about a topic.</summary>
public sealed class BrokerProbe : IDisposable
{
    private readonly Lazy<IAdminClient> client;

    // The questions under way, and one until the probe is disposed: librdkafka's client must not end under a call.
    private readonly CountdownEvent users = new(1);
    private bool isDisposed;

    /// <summary>The client is made by the first question.</summary>
    public BrokerProbe(IOptions<KafkaOptions> options, KafkaToken token)
    {
        client = new Lazy<IAdminClient>(() =>
        {
            // The question is a producer's: a cluster that creates topics for producers creates a missing one, as for a first record.
            var configuration = new AdminClientConfig(KafkaConnection.To(options.Value)) { AllowAutoCreateTopics = true };
            var builder = new AdminClientBuilder(configuration).SetLogHandler(static (_, _) => { });
            return KafkaLibrary.Make(
                (options.Value.UsesToken ? builder.SetOAuthBearerTokenRefreshHandler(token.Refresh) : builder).Build);
        });
    }

    /// <summary>
    /// What a broker says about a topic: no error if it is there and this client may see it, or for example <c>UnknownTopicOrPart</c> or
    /// <c>TopicAuthorizationFailed</c>. A local error if no broker answers in time.
    /// </summary>
    /// <param name="topic">The topic.</param>
    /// <param name="timeout">Maximum wait for the answer.</param>
    // librdkafka's call blocks, so it runs on a thread of its own.
    public Task<Error> AskAsync(string topic, TimeSpan timeout) => Task.Factory.StartNew(
        () => Ask(topic, timeout), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The number of partitions of a topic.</summary>
    /// <exception cref="KafkaException">No broker answers in time, or the topic cannot be used.</exception>
    public Task<int> PartitionsAsync(string topic, TimeSpan timeout) => Task.Factory.StartNew(
        () => Partitions(topic, timeout).Count, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The partitions of a topic that have a leader, ascending.</summary>
    /// <exception cref="KafkaException">No broker answers in time, or the topic cannot be used.</exception>
    public Task<IReadOnlyList<int>> LedPartitionsAsync(string topic, TimeSpan timeout) => Task.Factory.StartNew<IReadOnlyList<int>>(
        () =>
        [
            .. Partitions(topic, timeout)
                .Where(static partition => partition.Leader >= 0)
                .Select(static partition => partition.PartitionId)
                .Order(),
        ],
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>The end of each partition of a topic: the offset that its next record will have.</summary>
    /// <exception cref="KafkaException">No broker answers in time, or a partition cannot be used.</exception>
    public async Task<IReadOnlyList<TopicPartitionOffset>> EndsAsync(string topic, TimeSpan timeout)
    {
        using var user = Use();
        var partitions = await PartitionsAsync(topic, timeout);
        var ends = await client.Value.ListOffsetsAsync(
            Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffsetSpec
            {
                TopicPartition = new TopicPartition(topic, partition),
                OffsetSpec = OffsetSpec.Latest(),
            }),
            new ListOffsetsOptions { RequestTimeout = timeout });
        return [.. ends.ResultInfos.Select(static end => new TopicPartitionOffset(
            end.TopicPartitionOffsetError.TopicPartition, end.TopicPartitionOffsetError.Offset))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref isDisposed, true))
        {
            users.Signal();

            // The stop of the process does not wait for the questions under way.
            _ = Task.Run(End);
        }
    }

    private void End()
    {
        users.Wait();
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }

    private User Use() => users.TryAddCount() ? new User(users) : throw new KafkaException(ErrorCode.Local_Destroy);

    private Error Ask(string topic, TimeSpan timeout)
    {
        try
        {
            using var user = Use();
            return client.Value.GetMetadata(topic, timeout).Topics is [var found] ? found.Error : new Error(ErrorCode.UnknownTopicOrPart);
        }
        catch (KafkaException failed)
        {
            return failed.Error;
        }
    }

    private List<PartitionMetadata> Partitions(string topic, TimeSpan timeout)
    {
        using var user = Use();
        return client.Value.GetMetadata(topic, timeout).Topics switch
        {
            [{ Error.IsError: false } found] => found.Partitions,
            [var unusable] => throw new KafkaException(unusable.Error),
            _ => throw new KafkaException(ErrorCode.UnknownTopicOrPart),
        };
    }

    private readonly struct User(CountdownEvent users) : IDisposable
    {
        public void Dispose() => users.Signal();
    }
}
