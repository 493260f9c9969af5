using Goim.Logic.Access;
using Goim.Logic.Events;
using Goim.Logic.Input;
using Goim.Logic.Routing;
using Goim.Logic.Tokens;
using Goim.Protocol;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Sessions;

/// <summary>Registers and removes the connections of a comet's clients.</summary>
/// <remarks>goim logic/rpc.go Connect and Disconnect.</remarks>
public sealed class Connections(
    RouterClient router,
    Registrations registrations,
    Deletions deletions,
    ITokenAuthenticator authenticator,
    IOptions<EventsOptions> events,
    TimeProvider time)
{
    /// <summary>Most bytes of a body.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    /// <summary>The end of the sentence about a client whose session is not put.</summary>
    internal const string NotConnected = "the client is not connected.";

    /// <summary>
    /// Registers a connection. Body: <c>{"token":"42","server":3}</c>, with <c>"requestId":"32 hex digits"</c> if the caller may repeat
    /// it.
    /// </summary>
    public async Task<Outcome<Connected>> ConnectAsync(Entry entry, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!JsonBody.Parse(body, """{"token":"…","server":3}""").Is(out var members, out var problem)
            || !members.TryGetSecret("token", out var token, out problem)
            || !members.TryGetInt32("server", out var server, out problem)
            || !RequestId.TryRead(members, out var requestId, out problem)
            || (problem = entry.TakeUsers(1, NotConnected)) is not null
            || !(await authenticator.AuthenticateAsync(token, cancellationToken)).Is(out var identity, out problem))
        {
            return problem;
        }

        var session = new PutArg { UserId = identity.UserId, Server = server, RoomId = identity.RoomId, RequestId = requestId };
        if (!(await registrations.PutAsync(session, NotConnected, cancellationToken)).Is(out var put, out problem))
        {
            return problem;
        }

        var key = new SubKey(identity.UserId, put.Seq);
        var connectEvent = events.Value.Connections ? EventRecord.Connect(key, server, identity.RoomId, time.GetUtcNow()) : null;
        var rooms = identity.Rooms is { Count: > 0 } some ? some : null;
        return new Connected(key, identity.RoomId, identity.ExpiresInMs, rooms, connectEvent);
    }

    /// <summary>Removes a connection. Body: <c>{"key":"42_1"}</c>. <c>roomId</c> is accepted, and only shows in the event.</summary>
    public async Task<Outcome<Disconnected>> DisconnectAsync(
        Entry entry, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!JsonBody.Parse(body, """{"key":"42_1"}""").Is(out var members, out var problem)
            || !members.TryGetString("key", out var text, out problem)
            || !members.TryGetOptionalInt32("roomId", out var roomId, out problem))
        {
            return problem;
        }

        if (!SubKey.TryParse(text, out var key))
        {
            return new Problem(
                ProblemKind.BadInput, $"key is {Quoted.Of(text)}: expected {RawQuery.SubKeyForm}.");
        }

        if (entry.TakeUsers(1, "the client is not disconnected.") is { } tooMany)
        {
            return tooMany;
        }

        var asked = time.GetTimestamp();
        var server = events.Value.Connections ? await ServerOfAsync(key, cancellationToken) : null;
        if (!(await deletions.DelAsync(key, asked, cancellationToken)).Is(out var deletion, out problem))
        {
            return problem;
        }

        var isGone = deletion.Has || deletion.Journalled.Count > 0;
        var disconnectEvent = events.Value.Connections && isGone ? EventRecord.Disconnect(key, server, roomId, time.GetUtcNow()) : null;
        return new Disconnected(deletion, disconnectEvent);
    }

    // The event names the comet server, which a deletion does not tell. So the session is looked up before it is deleted.
    private async Task<int?> ServerOfAsync(SubKey key, CancellationToken cancellationToken)
    {
        try
        {
            if (!(await router.GetAsync(key.UserId, "its server is not known.", cancellationToken)).Is(out var sessions, out _))
            {
                return null;
            }

            var index = sessions.Seqs.IndexOf(key.Seq);
            return index < 0 ? null : sessions.Servers[index];
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller left. The deletion goes on.
            return null;
        }
    }
}

/// <summary>A connection that is registered.</summary>
/// <param name="Key">Its sub key.</param>
/// <param name="RoomId">Its room; -1 for none.</param>
/// <param name="ExpiresInMs">How long its token is still valid, in ms. Null if it does not expire.</param>
/// <param name="Rooms">The rooms that the client may change to. Null for none.</param>
/// <param name="Event">The event to publish, or null.</param>
public readonly record struct Connected(SubKey Key, int RoomId, long? ExpiresInMs, IReadOnlyList<int>? Rooms, string? Event);

/// <summary>A connection that is removed, or will be when its node answers again.</summary>
/// <param name="Deletion">The deletion of its session.</param>
/// <param name="Event">The event to publish, or null.</param>
public readonly record struct Disconnected(Deletion Deletion, string? Event);
