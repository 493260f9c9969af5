using Microsoft.Extensions.Logging;

namespace Goim.Logic.Sessions;

/// <summary>Authenticates the tokens of many clients. One for which the authenticator fails does not concern the others.</summary>
public sealed class TokenChecks(ITokenAuthenticator authenticator, ILogger<TokenChecks> logger)
{
    /// <summary>Authenticates tokens, all at once: an authenticator may ask another service.</summary>
    internal async Task<TokenCheck[]> CheckAsync(string[] tokens, CancellationToken cancellationToken)
    {
        var pending = Array.ConvertAll(tokens, token => CheckAsync(token, cancellationToken));
        var checks = new TokenCheck[tokens.Length];
        Exception? failure = null;
        for (var i = 0; i < pending.Length; i++)
        {
            checks[i] = await pending[i];
            failure ??= checks[i].Failure;
        }

        if (failure is not null)
        {
            logger.AuthenticatorFailed(failure);
        }

        return checks;
    }

    private async ValueTask<TokenCheck> CheckAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return new TokenCheck(await authenticator.AuthenticateAsync(token, cancellationToken), null);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The authenticator may be another's, and throw anything.
            return new TokenCheck(null, failure);
        }
    }
}

/// <summary>The outcome for one token.</summary>
/// <param name="Identity">Null if the token is refused, or the authenticator has failed.</param>
/// <param name="Failure">Null if the authenticator has not failed.</param>
internal readonly record struct TokenCheck(Identity? Identity, Exception? Failure);

internal static partial class Log
{
    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The token authenticator failed.")]
    public static partial void AuthenticatorFailed(this ILogger logger, Exception exception);
}
