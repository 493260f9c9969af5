using Goim.Protocol;

namespace Goim.Logic.Tokens;

/// <summary>Takes the token as the user id, into room 1. For trials only: it checks nothing.</summary>
/// <remarks>goim logic/auth.go DefaultAuther, which takes every other token as user 0 in no room. Here it is refused.</remarks>
internal sealed class UserIdAuthenticator : ITokenAuthenticator
{
    private const int Room = 1;

    public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Outcome<Identity>>(GoInt.TryParse(token, out long userId)
            ? new Identity(userId, Room)
            : new Problem(ProblemKind.BadInput, "token is no user id: expected a whole number of int64, since Connect__Tokens is UserId."));
}
