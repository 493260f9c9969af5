using Goim.Logic.Tokens;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Sessions;

/// <summary>Authenticates the tokens of many clients. One for which the authenticator fails does not concern the others.</summary>
public sealed class TokenChecks(ITokenAuthenticator authenticator, ILogger<TokenChecks> logger)
{
    private static readonly Problem Failed = new(ProblemKind.Unavailable, "the authenticator failed.");

    /// <summary>Authenticates tokens, all at once: an authenticator may ask another service.</summary>
    internal async Task<Outcome<Identity>[]> CheckAsync(string[] tokens, CancellationToken cancellationToken)
    {
        var pending = Array.ConvertAll(tokens, token => CheckAsync(token, cancellationToken));
        var checks = new Outcome<Identity>[tokens.Length];
        Exception? first = null;
        for (var i = 0; i < pending.Length; i++)
        {
            (checks[i], var failure) = await pending[i];
            first ??= failure;
        }

        if (first is not null)
        {
            logger.AuthenticatorFailed(first);
        }

        return checks;
    }

    private async ValueTask<(Outcome<Identity> Outcome, Exception? Failure)> CheckAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return (await authenticator.AuthenticateAsync(token, cancellationToken), null);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The authenticator may be another's, and throw anything.
            return (Failed, failure);
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The token authenticator failed.")]
    public static partial void AuthenticatorFailed(this ILogger logger, Exception exception);
}
