using System.Net;

namespace Goim.Router.Access;

/// <summary>Logs how many calls had no valid token: a line for the first one, then at most one a minute.</summary>
internal sealed class RefusedCalls(TimeProvider time, ILogger<RefusedCalls> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly long start = time.GetTimestamp();
    private long refused;

    // In ticks since the start.
    private long nextLine;

    /// <param name="caller">Null if it is not known.</param>
    public void Add(IPAddress? caller)
    {
        Interlocked.Increment(ref refused);
        var (now, due) = (time.GetElapsedTime(start).Ticks, Volatile.Read(ref nextLine));
        if (now >= due && Interlocked.CompareExchange(ref nextLine, now + Interval.Ticks, due) == due)
        {
            logger.CallsRefused(Interlocked.Exchange(ref refused, 0), caller);
        }
    }
}
