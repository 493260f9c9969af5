namespace Goim.Logic.Sessions;

/// <summary>Tells which user a client's token belongs to. Register your own to replace <see cref="UserIdAuthenticator"/>.</summary>
public interface ITokenAuthenticator
{
    /// <summary>The user and the room of the connection. Null refuses the token.</summary>
    ValueTask<Identity?> AuthenticateAsync(string token, CancellationToken cancellationToken);
}

/// <summary>A client's identity.</summary>
/// <param name="UserId">The user.</param>
/// <param name="RoomId">The room that the connection joins; -1 for none.</param>
public readonly record struct Identity(long UserId, int RoomId);
