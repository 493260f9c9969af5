using Confluent.Kafka;
using Goim.Kafka;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Delivery;

/// <summary>
/// What brokers said about records: logs failures, one line a minute for each topic and error code, and knows whether the app may write.
/// </summary>
/// <param name="pushTopic">The topic of pushes.</param>
/// <param name="logger">Gets the lines.</param>
/// <param name="time">The clock.</param>
internal sealed class ReportedRecords(string pushTopic, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);
    private readonly CauseLimit limit = new(time);
    private long refusedAt;

    /// <summary>
    /// Whether the broker refused the last push because the app may not write to the topic, less than a minute ago. A broker may let an
    /// app see a topic that it may not write to.
    /// </summary>
    public bool MayNotWrite => Volatile.Read(ref refusedAt) is not 0 and var then && time.GetElapsedTime(then) < MaxAge;

    /// <summary>Takes the end of a record: acknowledged, or failed with <paramref name="error"/>.</summary>
    // Called for every record, so it writes only what changes.
    public void Add(string topic, ErrorCode error)
    {
        if (error == ErrorCode.NoError)
        {
            if (Volatile.Read(ref refusedAt) != 0 && topic == pushTopic)
            {
                Volatile.Write(ref refusedAt, 0);
            }

            return;
        }

        if (topic == pushTopic && error is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed)
        {
            Volatile.Write(ref refusedAt, Math.Max(1, time.GetTimestamp()));
        }

        if (limit.IsDue(topic, error, out var leftOut))
        {
            logger.RecordFailed(topic, error, leftOut);
        }
    }
}
