using System.Threading.RateLimiting;

namespace Goim.Logic.Access;

/// <summary>A token bucket that holds what one second adds. It fills up evenly, not once a second.</summary>
internal sealed class RateBucket : IDisposable
{
    /// <summary>Most additions a second: each is a tick of a timer.</summary>
    private const int MaxAdditions = 20;

    private readonly TokenBucketRateLimiter limiter;

    public RateBucket(int perSecond)
    {
        PerSecond = perSecond;
        var added = (perSecond + MaxAdditions - 1) / MaxAdditions;
        limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = added,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)added / perSecond),
            QueueLimit = 0,

            // With TryReplenish instead of a timer, a full bucket does not note the time: after a pause it would fill up twice at once.
            AutoReplenishment = true,
        });
    }

    /// <summary>Tokens that the bucket holds, and that a second adds.</summary>
    public int PerSecond { get; }

    /// <summary>Tokens in the bucket.</summary>
    public int Left => (int)limiter.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Takes tokens, all or none.</summary>
    /// <param name="count">At most <see cref="PerSecond"/>.</param>
    public bool TryTake(int count)
    {
        using var lease = limiter.AttemptAcquire(count);
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();
}
