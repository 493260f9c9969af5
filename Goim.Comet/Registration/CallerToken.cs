using Azure.Core;
using Azure.Identity;
using Goim.Comet.Settings;
using Goim.Settings;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Registration;

/// <summary>
/// The bearer token of the identity as which this comet calls the facade, if <c>Comet__CallerAudience</c> is set. It is renewed before it
/// expires. Every member may be used by any thread.
/// </summary>
internal sealed class CallerToken
{
    /// <summary>How long before its end a token is renewed that does not say when to. Azure.Identity has no newer one earlier.</summary>
    private static readonly TimeSpan RenewalTime = TimeSpan.FromMinutes(5);

    /// <summary>Shortest time between two requests for a token, also after one that failed.</summary>
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly string[] scopes;
    private readonly Lazy<TokenCredential> credential;
    private readonly FacadeLog log;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private Task? request;
    private AccessToken current;
    private DateTimeOffset dueAt;

    public CallerToken(IOptions<CometOptions> options, FacadeLog log, TimeProvider time)
        : this(options.Value, () => IdentityCredential.Of(options.Value.CallerIdentity), log, time)
    {
    }

    internal CallerToken(CometOptions options, Func<TokenCredential> credential, FacadeLog log, TimeProvider time)
    {
        scopes = [$"{options.CallerAudience}/.default"];
        IsNeeded = options.CallerAudience is not null;
        this.credential = new Lazy<TokenCredential>(credential);
        this.log = log;
        this.time = time;
    }

    /// <summary>Whether a call needs a token.</summary>
    public bool IsNeeded { get; }

    /// <summary>A valid token. Null if there is none at present, which is logged.</summary>
    public async ValueTask<string?> GetAsync(CancellationToken cancellationToken)
    {
        Task? awaited;
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (request is null && now >= dueAt)
            {
                request = Task.Run(RequestAsync, CancellationToken.None);
            }

            if (now < current.ExpiresOn)
            {
                return current.Token;
            }

            awaited = request;
        }

        if (awaited is null)
        {
            return null;
        }

        await awaited.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
        {
            return time.GetUtcNow() < current.ExpiresOn ? current.Token : null;
        }
    }

    private async Task RequestAsync()
    {
        AccessToken? given = null;
        try
        {
            using var timeout = new CancellationTokenSource(Timeout);
            given = await credential.Value.GetTokenAsync(new TokenRequestContext(scopes), timeout.Token);
        }
        catch (Exception failed) when (failed is AuthenticationFailedException or OperationCanceledException)
        {
            log.NoToken(failed);
        }
        finally
        {
            Take(given);
        }
    }

    private void Take(AccessToken? given)
    {
        lock (gate)
        {
            request = null;
            dueAt = time.GetUtcNow() + MinInterval;
            if (given is not { } token)
            {
                return;
            }

            current = token;
            var renewAt = token.RefreshOn ?? token.ExpiresOn - RenewalTime;
            dueAt = renewAt > dueAt ? renewAt : dueAt;
        }
    }
}
