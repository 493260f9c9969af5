namespace Goim.Logic.Comet;

/// <summary>Decides who a client is by the token that it gave its comet. Register your own to replace <see cref="UserIdAuthenticator"/>.</summary>
public interface ITokenAuthenticator
{
    /// <summary>The user and the room of the connection; null refuses the token.</summary>
    ValueTask<Identity?> AuthenticateAsync(string token, CancellationToken cancellationToken);
}

/// <summary>Who connects, and into which room (-1: none).</summary>
public readonly record struct Identity(long UserId, int RoomId);
