namespace Goim.Comet.Client;

/// <summary>
/// The wait before the next attempt to connect: 1 s, then twice as long each time, at most 30 s. Each is shortened at random by up to a
/// half, so that the clients of a comet that ended do not all come back at once.
/// </summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(30);

    private TimeSpan next = First;

    public TimeSpan Next()
    {
        var wait = Jitter.Shorten(next, 0.5);
        next = next + next < Longest ? next + next : Longest;
        return wait;
    }

    /// <summary>A connection has lived for so long that the next failure is another one.</summary>
    public void Reset() => next = First;
}
