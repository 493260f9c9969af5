namespace Goim.Router.Redis;

/// <summary>Whether Redis refuses puts at the moment, and why. A change is logged.</summary>
internal sealed class RefusedPuts(ILogger logger)
{
    private volatile string? reason;
    private volatile bool wasRefused;

    /// <summary><c>full</c> or <c>replicas</c>; null if it takes them.</summary>
    public string? Reason => reason;

    /// <summary>Redis has refused a command, for a reason that holds for puts (null for another reason).</summary>
    public void Refused(string? why)
    {
        Set(why ?? reason);
        wasRefused |= why is not null;
    }

    /// <summary>The answer to a probe: why puts are refused, or null.</summary>
    // At the limit of its memory, Redis takes some puts and refuses others. So only the second good probe counts.
    public void Probed(string? why)
    {
        Set(why ?? (wasRefused ? reason : null));
        wasRefused = why is not null;
    }

    private void Set(string? now)
    {
        if (now == reason)
        {
            return;
        }

        reason = now;
        if (now is null)
        {
            logger.RedisTakesPuts();
        }
        else
        {
            logger.RedisRefusesPuts(RedisFaults.SentenceOf(now));
        }
    }
}
