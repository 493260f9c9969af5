using Goim.Logic.Sessions;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Takes the token as the user id; the room is its last digit, with its sign.</summary>
internal sealed class ModuloRooms : ITokenAuthenticator
{
    public ValueTask<Identity?> AuthenticateAsync(string token, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Identity?>(long.TryParse(token, out var user) ? new Identity(user, (int)(user % 10)) : null);
}
