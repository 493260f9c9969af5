using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Routing;

/// <summary>The operations on sessions in rooms, and totals, at the router nodes.</summary>
internal sealed class RoomCalls(RingNodes nodes, int batchSize)
{
    private readonly BatchChange batchChange = new(nodes, batchSize);

    /// <summary>Moves sessions to other rooms, or ends such changes, as <see cref="BatchChange.RunAsync"/> says.</summary>
    public Task<NodeReply<ChangeRoomReply>[]> ChangeAsync(ChangeRoomArg[] changes) => batchChange.RunAsync(changes);

    /// <summary>Number of sessions in a room, as each node counts them; -1: in no room.</summary>
    public Task<Outcome<RoomCountReply[]>> CountAsync(int roomId, string consequence, CancellationToken cancellationToken)
    {
        var room = new RoomCountArg { RoomId = roomId };
        return nodes.AskStoresAsync(
            node => node.CallAsync(RouterCalls.RoomCount, room, cancellationToken), consequence, cancellationToken);
    }

    /// <summary>All sessions, and the users who have one, as each node counts them.</summary>
    public Task<Outcome<TotalsReply[]>> TotalsAsync(string consequence, CancellationToken cancellationToken) => nodes.AskStoresAsync(
        node => node.CallAsync(RouterCalls.Totals, new NoArg(), cancellationToken), consequence, cancellationToken);

    /// <summary>The nodes whose pages together have every user, always in the same order: all, or a single one if they share their
    /// store.</summary>
    public async Task<Outcome<NodeClient[]>> StoresAsync(string consequence, CancellationToken cancellationToken)
    {
        var (stores, failures) = await nodes.FindStoresAsync(cancellationToken);
        return failures.Length > 0 ? NodeFailure.Problem(failures, consequence) : stores;
    }
}
