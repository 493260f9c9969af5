using System.Globalization;
using Goim.Logic.Sessions;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>"42/60000" is a token of user 42 that expires in a minute, "42" one that does not expire. Any other is refused.</summary>
internal sealed class TimedTokens : ITokenAuthenticator
{
    public ValueTask<Identity?> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        var parts = token.Split('/');
        if (!long.TryParse(parts[0], CultureInfo.InvariantCulture, out var user))
        {
            return ValueTask.FromResult<Identity?>(null);
        }

        TimeSpan? expiry = parts is [_, var ms] ? TimeSpan.FromMilliseconds(long.Parse(ms, CultureInfo.InvariantCulture)) : null;
        return ValueTask.FromResult<Identity?>(new Identity(user, 1, expiry));
    }
}
