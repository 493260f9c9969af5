using System.Buffers;
using Goim.Logic.Routing.Ring;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Routing.Nodes;

/// <summary>The router nodes on the ring, and during a change of the ring also those of the ring before.</summary>
internal sealed class RingNodes : IDisposable
{
    private readonly NodeClient[] all;
    private readonly NodesOnRing current;
    private readonly NodesOnRing? previous;

    public RingNodes(RouterOptions options, GoimMetrics metrics, ILogger logger)
    {
        var before = options.Previous;
        all = [.. options.Nodes.Concat(before).DistinctBy(node => node.Key)
            .Select((node, index) => new NodeClient(index, node.Key, node.Value, options, metrics, logger))];
        for (var i = 0; i < all.Length; i++)
        {
            // Each node's list begins with the next node, so that the users of a node that is down spread over the others.
            all[i].SetOthers([.. all[(i + 1)..], .. all[..i]]);
        }

        current = new NodesOnRing(this, options.Nodes);
        previous = before.Count > 0 ? new NodesOnRing(this, before) : null;
    }

    /// <summary>Every node of both rings.</summary>
    public IReadOnlyList<NodeClient> All => all;

    /// <summary>Whether a change of the ring is under way.</summary>
    public bool IsChanging => previous is not null;

    /// <summary>One node for each store: all nodes, or a single one if they share their store.</summary>
    public async Task<IReadOnlyList<NodeClient>> StoresAsync(CancellationToken cancellationToken)
    {
        foreach (var node in all.Length > 1 ? all : [])
        {
            if (node.IsShared is null)
            {
                await node.AnswersAsync(cancellationToken);
            }

            if (node.IsShared is { } shared)
            {
                return shared ? [node] : all;
            }
        }

        return all;
    }

    /// <summary>The node that a user's new sessions go to.</summary>
    public NodeClient OwnerOf(long userId) => current.NodeOf(userId);

    /// <summary>The user's node on the ring before. Null if that is the same node, shares its store, or no change is under way.</summary>
    public NodeClient? PreviousOwnerOf(long userId) =>
        previous?.NodeOf(userId) is { } before && before != OwnerOf(userId) && before.IsShared is not true ? before : null;

    /// <summary>Groups users by <see cref="OwnerOf"/>.</summary>
    public UsersByNode<NodeClient> ByOwner(ReadOnlyMemory<long> userIds) => current.ByNode(userIds);

    /// <summary>
    /// Groups users by <see cref="PreviousOwnerOf"/>, and leaves out those without one. Null if no change of the ring is under way.
    /// </summary>
    public UsersByNode<NodeClient>? ByPreviousOwner(ReadOnlyMemory<long> userIds)
    {
        if (previous is null)
        {
            return null;
        }

        var nodeOf = new ushort[userIds.Length];
        for (var i = 0; i < nodeOf.Length; i++)
        {
            nodeOf[i] = PreviousOwnerOf(userIds.Span[i]) is { } before ? (ushort)before.Index : UsersByNode<NodeClient>.None;
        }

        return UsersByNode<NodeClient>.Of(all, userIds.Span, nodeOf);
    }

    /// <summary>The node of that name, or null.</summary>
    public NodeClient? Find(string name) => Array.Find(all, node => node.Name == name);

    public void Dispose() => Array.ForEach(all, static node => node.Dispose());

    private sealed class NodesOnRing
    {
        private readonly NodeClient[] nodes;
        private readonly KetamaRing ketama;

        public NodesOnRing(RingNodes router, Dictionary<string, string> names)
        {
            nodes = [.. names.Keys.Select(name => router.Find(name)!)];
            ketama = new KetamaRing([.. names.Keys]);
        }

        public NodeClient NodeOf(long userId) => nodes[ketama.NodeOf(userId)];

        public UsersByNode<NodeClient> ByNode(ReadOnlyMemory<long> userIds)
        {
            if (nodes.Length == 1)
            {
                return UsersByNode<NodeClient>.At(nodes[0], userIds);
            }

            var nodeOf = ArrayPool<ushort>.Shared.Rent(userIds.Length);
            ketama.NodesOf(userIds.Span, nodeOf);
            var users = UsersByNode<NodeClient>.Of(nodes, userIds.Span, nodeOf.AsSpan(0, userIds.Length));
            ArrayPool<ushort>.Shared.Return(nodeOf);
            return users;
        }
    }
}
