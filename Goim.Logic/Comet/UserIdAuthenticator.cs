using Goim.Protocol;

namespace Goim.Logic.Comet;

/// <summary>The token is the user id, the room is 1. For trying things out: anyone may be anyone.</summary>
/// <remarks>goim logic/auth.go DefaultAuther, which takes any other token for user 0 in no room.</remarks>
internal sealed class UserIdAuthenticator : ITokenAuthenticator
{
    private const int Room = 1;

    public ValueTask<Identity?> AuthenticateAsync(string token, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Identity?>(GoInt.TryParse(token, out long userId) ? new Identity(userId, Room) : null);
}
