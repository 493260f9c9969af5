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
    private readonly CachedCount rooms;
    private readonly CachedCount servers;

    public SessionCounts(RouterClient router, TimeProvider time)
    {
        this.router = router;
        rooms = new CachedCount(CountRoomsAsync, time);
        servers = new CachedCount(CountServersAsync, time);
    }

    /// <summary>
    /// <c>[{"RoomId":1,"Count":2}]</c> or <c>[{"Server":1,"Count":3}]</c>, ordered by id, or <c>{"sessions":5}</c>. At most 1 s old.
    /// </summary>
    /// <param name="type"><c>room</c>, <c>server</c>, or <c>total</c> for the number of all sessions, which goim does not have.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async Task<Outcome<CountAnswer>> ListAsync(string? type, CancellationToken cancellationToken)
    {
        var cached = type switch
        {
            "room" => rooms,
            "server" or "total" => servers,
            _ => null,
        };
        if (cached is null)
        {
            return new Problem(
                ProblemKind.BadInput, $"type is {(type is null ? "missing" : Quoted.Of(type))}: expected room, server or total.");
        }

        return (await cached.GetAsync(cancellationToken)).Is(out var totals, out var problem)
            ? await (type is "total" ? totals.TotalAsync(cancellationToken) : totals.ListAsync(cancellationToken))
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
}
