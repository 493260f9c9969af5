namespace Goim.Router.Memory;

/// <summary>A clock that is never set, unlike the time of day. Its times are ticks of <see cref="TimeProvider.GetTimestamp"/>.</summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    public long Now => time.GetTimestamp();

    /// <summary>The number of ticks in a duration of at most 285 years.</summary>
    public long Ticks(TimeSpan duration)
    {
        var (seconds, rest) = Math.DivRem(duration.Ticks, TimeSpan.TicksPerSecond);
        return (seconds * time.TimestampFrequency) + (rest * time.TimestampFrequency / TimeSpan.TicksPerSecond);
    }

    /// <summary>The number of milliseconds in some ticks, rounded up.</summary>
    public long Ms(long ticks)
    {
        var (seconds, rest) = Math.DivRem(ticks, time.TimestampFrequency);
        return (seconds * 1_000) + (((rest * 1_000) + time.TimestampFrequency - 1) / time.TimestampFrequency);
    }
}
