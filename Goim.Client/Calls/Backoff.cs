namespace Goim.Client.Calls;

/// <summary>
/// The wait before the next attempt: 200 ms, then twice as long each time, at most 5 s. Each is shortened at random by up to a half, so
/// that clients of an app that was down do not all come back at once.
/// </summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200), Longest = TimeSpan.FromSeconds(5);

    // .NET Framework seeds new Random() by the clock, alike for processes that start together.
    private readonly Random random = new(Guid.NewGuid().GetHashCode());

    private TimeSpan next = First;

    /// <param name="atLeast">How long the app has asked to wait. The wait is longer, at random too.</param>
    public TimeSpan Next(TimeSpan atLeast)
    {
        var wait = TimeSpan.FromTicks((long)(next.Ticks * (1 - (0.5 * random.NextDouble()))));
        next = next + next < Longest ? next + next : Longest;
        return atLeast + wait;
    }
}
