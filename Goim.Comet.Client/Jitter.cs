namespace Goim.Comet.Client;

/// <summary>Keeps what many clients do from happening at once.</summary>
internal static class Jitter
{
    // .NET Framework seeds new Random() by the clock, alike for clients that start together.
    private static readonly Random Random = new(Guid.NewGuid().GetHashCode());

    /// <summary>A time shortened at random.</summary>
    /// <param name="time">The longest result.</param>
    /// <param name="part">The largest part that is taken away: 0 to 1.</param>
    public static TimeSpan Shorten(TimeSpan time, double part)
    {
        lock (Random)
        {
            return TimeSpan.FromTicks((long)(time.Ticks * (1 - (part * Random.NextDouble()))));
        }
    }
}
