using System.Globalization;
using Goim.Logic;
using Goim.Logic.Tokens;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// "42" is a token of user 42 in room 1. With "42/7,8" the client may change to room 7 or 8. "42/2/7,8" is a token of user 42 in room 2.
/// </summary>
internal sealed class RoomTokens : ITokenAuthenticator
{
    public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        var parts = token.Split('/');
        var list = parts.Length > 1 ? parts[^1] : "";
        int[]? rooms = list.Length > 0 ? [.. list.Split(',').Select(Number)] : null;
        return ValueTask.FromResult<Outcome<Identity>>(
            new Identity(long.Parse(parts[0], CultureInfo.InvariantCulture), parts.Length > 2 ? Number(parts[1]) : 1, null, rooms));
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}
