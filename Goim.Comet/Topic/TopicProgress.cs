using Confluent.Kafka;
using Goim.Comet.Delivery;
using Goim.Kafka;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Topic;

/// <summary>Asks the broker for the ends of the push topic's partitions, and waits until the reader has come there.</summary>
internal sealed class TopicProgress(
    TopicReader reader, BrokerProbe broker, IOptions<KafkaOptions> kafka, ILogger<TopicReader> logger) : ITopicProgress
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <inheritdoc/>
    public async Task CatchUpAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(longest);
        try
        {
            var ends = await broker.EndsAsync(kafka.Value.Topic, longest).WaitAsync(limit.Token);
            while (!reader.HasRead(ends))
            {
                await Task.Delay(Tick, limit.Token);
            }
        }
        catch (KafkaException failed)
        {
            logger.NotCaughtUp(failed.Error.Reason);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            logger.NotCaughtUp($"not done within {longest}");
        }
    }
}
