using System.Globalization;
using Goim.Logic;
using Goim.Logic.Tokens;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Takes tokens such as <c>42/1/7,8</c>: the user, the room, and the rooms that the client may change to.</summary>
internal sealed class RoomTokens : ITokenAuthenticator
{
    public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        var parts = token.Split('/');
        return ValueTask.FromResult<Outcome<Identity>>(new Identity(
            Number(parts[0]),
            parts.Length > 1 ? Number(parts[1]) : -1,
            Rooms: parts.Length > 2 ? [.. parts[2].Split(',').Select(Number)] : null));
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}
