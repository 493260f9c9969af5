using Goim.Logic;
using Goim.Logic.Tokens;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Takes the token as the user id; the room is its last digit, with its sign.</summary>
internal sealed class ModuloRooms : ITokenAuthenticator
{
    public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Outcome<Identity>>(long.TryParse(token, out var user)
            ? new Identity(user, (int)(user % 10))
            : new Problem(ProblemKind.BadInput, "token is no user id."));
}
