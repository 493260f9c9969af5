using Azure.Core;

namespace Goim.Client.Calls;

/// <summary>The bearer token of an identity, fetched anew five minutes before it expires.</summary>
internal sealed class BearerToken(TokenCredential credential, string scope) : IDisposable
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim fetching = new(1);
    private AccessToken? last;

    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The credential has compared its clock with nobody's: ExpiresOn is this machine's time of the fetch and the lifetime.
            if (last is not { } token || token.ExpiresOn - DateTimeOffset.UtcNow < Ahead)
            {
                last = token = await credential.GetTokenAsync(new TokenRequestContext([scope]), cancellationToken).ConfigureAwait(false);
            }

            return token.Token;
        }
        finally
        {
            fetching.Release();
        }
    }

    public void Dispose() => fetching.Dispose();
}
