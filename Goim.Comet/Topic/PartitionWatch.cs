using Goim.Comet.Counters;
using Goim.Kafka;

namespace Goim.Comet.Topic;

/// <summary>
/// Asks for the number of the topic's partitions now and then, without a wait, and tells the metrics whether the broker answers. Only the
/// reader's thread uses it.
/// </summary>
internal sealed class PartitionWatch(BrokerProbe broker, string topic, CometMetrics metrics)
{
    /// <summary>How long a broker may take to answer.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private const int IntervalMs = 5_000;
    private Task<int>? asked;
    private long dueAt = Environment.TickCount64 + IntervalMs;

    /// <summary>The number, each time that an answer has come. Null at all other times.</summary>
    public int? Answer()
    {
        if (asked is { IsCompleted: true } answered)
        {
            (asked, dueAt) = (null, Environment.TickCount64 + IntervalMs);

            // Without a broker there is no answer, and the exception counts as seen.
            metrics.TopicAsked(isOk: answered.Exception is null);
            return answered.Exception is null ? answered.Result : null;
        }

        if (asked is null && Environment.TickCount64 >= dueAt)
        {
            try
            {
                asked = broker.PartitionsAsync(topic, Timeout);
            }
            catch (TaskSchedulerException)
            {
                // The operating system has no thread to give. The next time it may.
                dueAt = Environment.TickCount64 + IntervalMs;
            }
        }

        return null;
    }
}
