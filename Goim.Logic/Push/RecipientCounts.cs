using Goim.Logic.Sessions;

namespace Goim.Logic.Push;

/// <summary>Counts the recipients of pushes to rooms and to all. Asks the router nodes once for each count.</summary>
internal sealed class RecipientCounts(SessionCounts counts)
{
    private Task<Outcome<SessionTotals>>? rooms;
    private Task<Outcome<SessionTotals>>? servers;

    /// <summary>
    /// The recipients, as the nodes counted them at most 1 s ago. All null if a node does not answer. The number of comet servers of a room
    /// is never known.
    /// </summary>
    public async Task<Recipients> CountAsync(PushTarget target, CancellationToken cancellationToken)
    {
        if (target.Kind == PushKind.Room)
        {
            rooms ??= counts.RoomsAsync(cancellationToken);
            return (await rooms).Is(out var sessionsByRoom, out _) ? new Recipients(sessionsByRoom[target.RoomId], null) : default;
        }

        servers ??= counts.ServersAsync(cancellationToken);
        return (await servers).Is(out var sessionsByServer, out _)
            ? new Recipients(sessionsByServer.Sum(), sessionsByServer.Count)
            : default;
    }

    /// <summary>The recipients in rooms, each of which is listed once: a session is in one room at most.</summary>
    public async Task<Recipients> CountAsync(int[] roomIds, CancellationToken cancellationToken) =>
        roomIds.Length == 0 ? new Recipients(0, null)
        : (await counts.RoomsAsync(cancellationToken)).Is(out var sessionsByRoom, out _)
            ? new Recipients(roomIds.Sum(room => sessionsByRoom[room]), null)
        : default;
}
