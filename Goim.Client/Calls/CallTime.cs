using System.Diagnostics;

namespace Goim.Client.Calls;

/// <summary>The time of a call with all its attempts. The requests of a batch share one.</summary>
internal sealed class CallTime(GoimClientOptions options)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan? uncertainSince;

    public TimeSpan Elapsed => clock.Elapsed;

    /// <summary>What is left of it. Zero or less if it is over.</summary>
    public TimeSpan Left => options.Timeout - clock.Elapsed;

    /// <summary>Whether an attempt may have done a part or all.</summary>
    public bool IsUncertain => uncertainSince is not null;

    /// <summary>It is not known what an attempt has done.</summary>
    /// <param name="began">When the attempt began.</param>
    public void Doubt(TimeSpan began) => uncertainSince ??= began;

    /// <summary>The next request has a new key, and nothing of it was sent before.</summary>
    public void BeginAgain() => uncertainSince = null;

    /// <summary>Waits before a further attempt. False, perhaps at once, if none may be made after that.</summary>
    public async Task<bool> WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (!Allows(wait))
        {
            return false;
        }

        await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
        return Allows(TimeSpan.Zero); // The wait may have taken longer.
    }

    // An attempt that the end of the call cuts would leave open what it has done.
    private bool Allows(TimeSpan wait) => wait + ShortestAttempt < Left
        && (uncertainSince is not { } since || clock.Elapsed + wait < since + options.SafeRepeatTime);

    private TimeSpan ShortestAttempt =>
        TimeSpan.FromTicks(Math.Min(TimeSpan.FromSeconds(5).Ticks, Math.Min(options.Timeout.Ticks / 4, options.AttemptTimeout.Ticks)));
}
