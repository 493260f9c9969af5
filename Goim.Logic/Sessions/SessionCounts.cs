using Goim.Logic.Input;
using Goim.Logic.Routing;

namespace Goim.Logic.Sessions;

/// <summary>
/// Counts the sessions of each room or of each comet server, over all router nodes: once a second at most, for all callers.
/// </summary>
/// <remarks>goim logic/count.go. If a node does not answer, the count fails. goim leaves that node's sessions out.</remarks>
public sealed class SessionCounts
{
    private const string WouldBeShort = "the count would be short.";

    private readonly RouterClient router;
    private readonly CachedCount<SessionTotals> rooms;
    private readonly CachedCount<SessionTotals> servers;
    private readonly CachedCount<CountAnswer> total;

    public SessionCounts(RouterClient router, TimeProvider time)
    {
        this.router = router;
        rooms = new CachedCount<SessionTotals>(CountRoomsAsync, time);
        servers = new CachedCount<SessionTotals>(CountServersAsync, time);
        total = new CachedCount<CountAnswer>(CountAllAsync, time);
    }

    /// <summary>
    /// <c>[{"RoomId":1,"Count":2}]</c> or <c>[{"Server":1,"Count":3}]</c>, ordered by id; <c>{"sessions":5,"users":4}</c> of all, which
    /// goim does not have: at most 1 s old. Or <c>{"sessions":2}</c> of one room, as it is now.
    /// </summary>
    /// <param name="query">What to count.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async Task<Outcome<CountAnswer>> CountAsync(CountQuery query, CancellationToken cancellationToken)
    {
        if (query.Type == "total")
        {
            return await total.GetAsync(cancellationToken);
        }

        if (query.RoomId is { } roomId)
        {
            return (await router.Rooms.CountAsync(roomId, WouldBeShort, cancellationToken)).Is(out var replies, out var failed)
                ? CountAnswer.OfSessions(replies.Sum(reply => (long)reply.Count))
                : failed;
        }

        return (await (query.Type == "room" ? rooms : servers).GetAsync(cancellationToken)).Is(out var totals, out var problem)
            ? await totals.ListAsync(cancellationToken)
            : problem;
    }

    /// <summary>Sessions by room, at most 1 s old. Room -1 stands for those in no room.</summary>
    internal Task<Outcome<SessionTotals>> RoomsAsync(CancellationToken cancellationToken) => rooms.GetAsync(cancellationToken);

    /// <summary>Sessions by comet server, at most 1 s old.</summary>
    internal Task<Outcome<SessionTotals>> ServersAsync(CancellationToken cancellationToken) => servers.GetAsync(cancellationToken);

    /// <summary>A server's sessions were deleted: drops the cached counts.</summary>
    internal void Forget()
    {
        rooms.Forget();
        servers.Forget();
        total.Forget();
    }

    // Not cancelled when a caller leaves: others may wait for the same count.
    private async Task<Outcome<SessionTotals>> CountRoomsAsync() =>
        (await router.AllRoomCountAsync(WouldBeShort, CancellationToken.None)).Is(out var replies, out var problem)
            ? new SessionTotals("RoomId", replies)
            : problem;

    private async Task<Outcome<SessionTotals>> CountServersAsync() =>
        (await router.AllServerCountAsync(WouldBeShort, CancellationToken.None)).Is(out var replies, out var problem)
            ? new SessionTotals("Server", replies)
            : problem;

    private async Task<Outcome<CountAnswer>> CountAllAsync() =>
        (await router.Rooms.TotalsAsync(WouldBeShort, CancellationToken.None)).Is(out var replies, out var problem)
            ? CountAnswer.OfSessions(replies.Sum(reply => reply.Sessions), replies.Sum(reply => reply.Users))
            : problem;
}
