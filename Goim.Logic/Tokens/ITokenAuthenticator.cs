namespace Goim.Logic.Tokens;

/// <summary>
/// Tells which user a client's token belongs to. Register your own before <see cref="GoimServices.AddGoim"/> to replace those of
/// <see cref="ConnectOptions.Tokens"/>.
/// </summary>
public interface ITokenAuthenticator
{
    /// <summary>
    /// The user and the room of the connection. A problem of <see cref="ProblemKind.BadInput"/> refuses the token, and its sentence goes
    /// to the client: it must not quote the token. With <see cref="ProblemKind.Unavailable"/> the client may try again. A call for many
    /// clients asks for all of their tokens, 1,000 at most, at once.
    /// </summary>
    ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken);
}

/// <summary>A client's identity.</summary>
/// <param name="UserId">The user.</param>
/// <param name="RoomId">The room that the connection joins; -1 for none.</param>
/// <param name="ExpiresIn">How long the token is still valid. Null if it does not expire.</param>
/// <param name="Rooms">The rooms that the client may change to, <see cref="MaxRooms"/> at most. Null for none.</param>
public readonly record struct Identity(
    long UserId, int RoomId, TimeSpan? ExpiresIn = null, IReadOnlyList<int>? Rooms = null)
{
    /// <summary>Most rooms that a client may change to.</summary>
    public const int MaxRooms = 1_000;

    /// <summary><see cref="ExpiresIn"/> in ms, 0 or more.</summary>
    internal long? ExpiresInMs => ExpiresIn is { } time ? Math.Max(0, (long)time.TotalMilliseconds) : null;
}
