namespace Goim.Comet.Client;

/// <summary>Asks the program for tokens.</summary>
internal sealed class TokenSource(GoimConnectionOptions options)
{
    /// <summary>How long the program may take.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Longer waits than a timer can have are cut to this.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(24);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1), Margin = TimeSpan.FromSeconds(5);

    /// <summary>Asks once.</summary>
    /// <returns>The token; or null, and why there is none.</returns>
    public async Task<(GoimToken? Token, ConnectionEnd? Failure)> AskAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A factory may block its thread.
        var asked = Task.Run(() => options.TokenFactory(limit.Token).AsTask(), CancellationToken.None);
        // It may throw anything. One that ignores its cancellation token is left alone.
        await asked.WaitAsync(Limit, options.TimeProvider, cancellationToken).EndAsync().ConfigureAwait(false);
        limit.Cancel();
        _ = asked.EndAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (asked.Status == TaskStatus.RanToCompletion)
        {
            return asked.Result is { } token ? (token, null) : (null, Failed("The token factory gave no token."));
        }

        return (null, asked.Exception?.InnerException is { } failure
            ? Failed("The token factory failed.", failure)
            : Failed("The token factory did not answer in time."));
    }

    /// <summary>Asks until there is a token.</summary>
    public async Task<GoimToken> AskUntilAnsweredAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        while (true)
        {
            if ((await AskAsync(cancellationToken).ConfigureAwait(false)).Token is { } token)
            {
                return token;
            }

            await Task.Delay(backoff.Next(), options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// When to ask for the next token: after 70 to 80 % of the lifetime and at least 5 s before its end, but not before the half of it, and
    /// not within a second.
    /// </summary>
    public static TimeSpan RenewalAfter(TimeSpan lifetime)
    {
        var ticks = Math.Max(lifetime.Ticks / 2, Math.Min(lifetime.Ticks / 10 * 8, lifetime.Ticks - Margin.Ticks));
        var wait = Jitter.Shorten(TimeSpan.FromTicks(ticks), part: 0.125);
        return wait < ShortestWait ? ShortestWait : wait > LongestWait ? LongestWait : wait;
    }

    private static ConnectionEnd Failed(string reason, Exception? error = null) => new(reason, Reconnect: true, error);
}
