using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Goim.Kafka;

/// <summary>Limits log lines: one a minute for each cause. A topic and an error code are a cause.</summary>
/// <param name="time">The clock.</param>
public sealed class CauseLimit(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(string Topic, ErrorCode Error), Cause> causes = new();

    /// <summary>Whether a line is due.</summary>
    /// <param name="topic">The topic. Empty where there is none.</param>
    /// <param name="error">The error code.</param>
    /// <param name="leftOut">If a line is due: how many were left out since the last one.</param>
    public bool IsDue(string topic, ErrorCode error, out long leftOut) =>
        causes.GetOrAdd((topic, error), static _ => new Cause()).IsDue(time, out leftOut);

    private sealed class Cause
    {
        private readonly Lock gate = new();
        private long? last;
        private long omitted;

        public bool IsDue(TimeProvider time, out long leftOut)
        {
            lock (gate)
            {
                leftOut = omitted;
                if (last is { } then && time.GetElapsedTime(then) < Interval)
                {
                    omitted++;
                    return false;
                }

                last = time.GetTimestamp();
                omitted = 0;
                return true;
            }
        }
    }
}
