using System.Globalization;
using Goim.Logic;
using Goim.Logic.Tokens;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>
/// "42/60000" is a token of user 42 that expires in a minute, "42/60000/7,8" one that lets its client change to room 7 or 8, and "42" one
/// that does not expire. Any other is refused.
/// </summary>
internal sealed class TimedTokens : ITokenAuthenticator
{
    public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        var parts = token.Split('/');
        if (!long.TryParse(parts[0], CultureInfo.InvariantCulture, out var user))
        {
            return ValueTask.FromResult<Outcome<Identity>>(new Problem(ProblemKind.BadInput, "token is no user id."));
        }

        TimeSpan? expiry = parts is [_, var ms, ..] ? TimeSpan.FromMilliseconds(long.Parse(ms, CultureInfo.InvariantCulture)) : null;
        int[]? rooms = parts is [_, _, var list]
            ? [.. list.Split(',').Select(static room => int.Parse(room, CultureInfo.InvariantCulture))]
            : null;
        return ValueTask.FromResult<Outcome<Identity>>(new Identity(user, 1, expiry, rooms));
    }
}
