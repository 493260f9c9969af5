using System.Buffers;
using Goim.Logic.Routing.Ring;

namespace Goim.Logic.Routing.Nodes;

/// <summary>The nodes of one ring.</summary>
internal sealed class NodesOnRing
{
    private readonly NodeClient[] nodes;
    private readonly KetamaRing ketama;

    public NodesOnRing(NodeClient[] nodes)
    {
        this.nodes = nodes;
        ketama = new KetamaRing(Array.ConvertAll(nodes, node => node.Name));
    }

    /// <summary>The node of a user.</summary>
    public NodeClient NodeOf(long userId) => nodes[ketama.NodeOf(userId)];

    /// <summary>The node of each user, in order.</summary>
    public NodeClient[] NodesOf(ReadOnlySpan<long> userIds)
    {
        var found = new NodeClient[userIds.Length];
        var indexes = ArrayPool<ushort>.Shared.Rent(userIds.Length);
        ketama.NodesOf(userIds, indexes);
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = nodes[indexes[i]];
        }

        ArrayPool<ushort>.Shared.Return(indexes);
        return found;
    }

    /// <summary>Groups users by node.</summary>
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
