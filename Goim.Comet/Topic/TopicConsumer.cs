using Confluent.Kafka;
using Goim.Comet.Settings;
using Goim.Kafka;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Topic;

/// <summary>Makes consumers of the push topic. They are members of no group, and commit nothing.</summary>
internal sealed class TopicConsumer(
    IOptions<KafkaOptions> kafka, IOptions<CometOptions> comet, KafkaToken token)
{
    /// <summary>Bytes of records that have come and are not read yet.</summary>
    private const int QueuedBytes = 16 * 1024 * 1024;

    /// <summary>Bytes of one answer, and of one partition in it, if no single record is longer.</summary>
    private const int FetchBytes = 8 * 1024 * 1024, PartitionFetchBytes = 1024 * 1024;

    /// <summary>A broker's answer has more than the records.</summary>
    private const int AnswerOverhead = 64 * 1024;

    /// <summary>How long a broker waits for a record before it gives an empty answer.</summary>
    private const int FetchWaitMs = 500;

    /// <summary>
    /// The same for a broker on this machine. It may be the embedded one, which gives a record that comes meanwhile only with its next
    /// answer.
    /// </summary>
    private const int LoopbackFetchWaitMs = 3;

    /// <summary>Makes a consumer without partitions.</summary>
    /// <param name="values">Reads the values.</param>
    /// <param name="log">Gets what the consumer reports.</param>
    /// <param name="failed">Gets the consumer's errors too.</param>
    public IConsumer<Ignore, TopicMessage> Make(IDeserializer<TopicMessage> values, KafkaClientLog log, Action<Error> failed)
    {
        var builder = new ConsumerBuilder<Ignore, TopicMessage>(Configuration())
            .SetValueDeserializer(values)
            .SetLogHandler((_, line) => log.Line(line))
            .SetErrorHandler((_, error) =>
            {
                log.Failed(error);
                failed(error);
            });
        return KafkaLibrary.Make((kafka.Value.UsesToken ? builder.SetOAuthBearerTokenRefreshHandler(token.Refresh) : builder).Build);
    }

    private ConsumerConfig Configuration()
    {
        var longest = kafka.Value.MaxMessageBytes + AnswerOverhead;
        return new ConsumerConfig(KafkaConnection.To(kafka.Value))
        {
            GroupId = comet.Value.Group,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,

            // The reader counts it, and goes on from the beginning.
            AutoOffsetReset = AutoOffsetReset.Error,
            ConsumeResultFields = "timestamp",
            FetchWaitMaxMs = kafka.Value.IsLoopback ? LoopbackFetchWaitMs : FetchWaitMs,
            FetchMaxBytes = Math.Max(FetchBytes, longest),
            MaxPartitionFetchBytes = Math.Max(PartitionFetchBytes, longest),
            QueuedMaxMessagesKbytes = QueuedBytes / 1024,

            // By default, a full queue stops the fetching for a second, and a broker that is back is looked for up to 10 s later.
            FetchQueueBackoffMs = 20,
            ReconnectBackoffMaxMs = 1_000,

            // So that the consumer knows of a new partition when the reader assigns it.
            TopicMetadataRefreshIntervalMs = 10_000,
        };
    }
}
