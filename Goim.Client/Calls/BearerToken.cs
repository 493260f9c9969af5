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
            if (last is not { } token || !IsValid(token, Ahead))
            {
                last = token = await credential.GetTokenAsync(new TokenRequestContext([scope]), cancellationToken).ConfigureAwait(false);
            }

            return token.Token;
        }
        catch (Exception failed) when (failed is not OperationCanceledException && last is { } token && IsValid(token, TimeSpan.Zero))
        {
            return token.Token; // The next call asks again.
        }
        finally
        {
            fetching.Release();
        }
    }

    public void Dispose() => fetching.Dispose();

    private static bool IsValid(AccessToken token, TimeSpan ahead) => token.ExpiresOn - DateTimeOffset.UtcNow > ahead;
}
