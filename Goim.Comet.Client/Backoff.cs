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
        var wait = next * (1 - (Random.Shared.NextDouble() / 2));
        next = next * 2 < Longest ? next * 2 : Longest;
        return wait;
    }

    /// <summary>A comet has accepted the client.</summary>
    public void Reset() => next = First;
}
