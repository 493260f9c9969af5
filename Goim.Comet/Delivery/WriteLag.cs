using Goim.Comet.Counters;

namespace Goim.Comet.Delivery;

/// <summary>
/// Measures how old a record is when one lane has written it to its clients. Only the lane's thread uses it, and only a record costs
/// anything, not a delivery.
/// </summary>
/// <param name="metrics">Takes the measurements.</param>
/// <param name="window">The merge window in ms.</param>
internal sealed class WriteLag(CometMetrics metrics, long window)
{
    // Records that wait for the end of a merge window, and when the last window has ended that may have begun before them.
    private readonly Queue<(long RecordTime, long EndsAt)> waiting = new();
    private bool isSent, isWaiting;

    /// <summary>Milliseconds until the next measurement.</summary>
    public int DueInMs(long now) => waiting.TryPeek(out var first) ? (int)Math.Clamp(first.EndsAt - now, 0, window) : int.MaxValue;

    /// <summary>A record's message has been delivered to one connection.</summary>
    public void Note(Delivered delivered)
    {
        isSent |= delivered == Delivered.WindowOpened;
        isWaiting |= delivered == Delivered.Taken;
    }

    /// <summary>A record's message has been delivered to all its connections in the lane.</summary>
    /// <param name="recordTime">The record's time, Unix ms; 0 if it has none.</param>
    /// <param name="now">Environment.TickCount64.</param>
    public void EndRecord(long recordTime, long now)
    {
        if (recordTime > 0 && metrics.MeasuresLag)
        {
            if (isWaiting)
            {
                waiting.Enqueue((recordTime, now + window));
            }
            else if (isSent)
            {
                metrics.RecordWritten(recordTime);
            }
        }

        (isSent, isWaiting) = (false, false);
    }

    /// <summary>Measures the records whose windows have ended.</summary>
    public void Measure(long now)
    {
        while (waiting.TryPeek(out var first) && first.EndsAt <= now)
        {
            waiting.Dequeue();
            metrics.RecordWritten(first.RecordTime);
        }
    }
}
