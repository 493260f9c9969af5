using Goim.Logic.Counts;

namespace Goim.Logic.Push;

/// <summary>Whom pushes to rooms and to all reach, as the router nodes count: each count is asked for once.</summary>
internal sealed class PushReaches(SessionCounts counts)
{
    private Task<Outcome<SortedDictionary<int, long>>>? rooms;
    private Task<Outcome<SortedDictionary<int, long>>>? servers;

    /// <summary>Nulls for what the nodes cannot tell: nothing if one does not answer, and never on how many comet servers a room is.</summary>
    public async Task<PushReach> OfAsync(PushTarget target, CancellationToken cancellationToken)
    {
        if (target.Kind == PushKind.Room)
        {
            rooms ??= counts.RoomsAsync(cancellationToken);
            return (await rooms).Is(out var sessionsByRoom, out _) ? new PushReach(sessionsByRoom.GetValueOrDefault(target.RoomId), null, null) : default;
        }

        servers ??= counts.ServersAsync(cancellationToken);
        return (await servers).Is(out var sessionsByServer, out _) ? new PushReach(sessionsByServer.Values.Sum(), sessionsByServer.Count, null) : default;
    }
}
