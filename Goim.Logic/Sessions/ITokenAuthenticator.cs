namespace Goim.Logic.Sessions;

/// <summary>Tells which user a client's token belongs to. Register your own to replace <see cref="UserIdAuthenticator"/>.</summary>
public interface ITokenAuthenticator
{
    /// <summary>
    /// The user and the room of the connection. Null refuses the token. A call for many clients asks for all of their tokens, 1,000 at
    /// most, at once.
    /// </summary>
    ValueTask<Identity?> AuthenticateAsync(string token, CancellationToken cancellationToken);
}

/// <summary>A client's identity.</summary>
/// <param name="UserId">The user.</param>
/// <param name="RoomId">The room that the connection joins; -1 for none.</param>
/// <param name="ExpiresIn">How long the token is still valid. Null if it does not expire.</param>
public readonly record struct Identity(long UserId, int RoomId, TimeSpan? ExpiresIn = null)
{
    /// <summary><see cref="ExpiresIn"/> in ms, 0 or more.</summary>
    internal long? ExpiresInMs => ExpiresIn is { } time ? Math.Max(0, (long)time.TotalMilliseconds) : null;
}
