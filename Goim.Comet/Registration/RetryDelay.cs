namespace Goim.Comet.Registration;

/// <summary>How long to wait before a further attempt: 0.5 s, then twice as long each time up to 5 s, less up to a quarter.</summary>
internal sealed class RetryDelay
{
    private const int FirstMs = 500, LongestMs = 5_000;
    private int nextMs = FirstMs;

    /// <summary>An attempt has failed.</summary>
    public TimeSpan Next()
    {
        var delay = nextMs;
        nextMs = Math.Min(nextMs * 2, LongestMs);
        return TimeSpan.FromMilliseconds(delay - Random.Shared.Next(delay / 4));
    }

    /// <summary>An attempt has succeeded.</summary>
    public void Reset() => nextMs = FirstMs;
}
