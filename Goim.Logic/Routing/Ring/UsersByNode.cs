using System.Buffers;

namespace Goim.Logic.Routing.Ring;

/// <summary>
/// User ids grouped by node, in one pooled buffer. Nodes are in the order in which they first occur, and each node's users keep their
/// order. Dispose it when nothing refers to the groups any more.
/// </summary>
internal sealed class UsersByNode<TNode> : IDisposable
{
    /// <summary>In place of a node's index: the user belongs to no group.</summary>
    public const ushort None = ushort.MaxValue;

    private readonly long[]? buffer;

    private UsersByNode(IReadOnlyList<(TNode Node, ReadOnlyMemory<long> UserIds)> groups, long[]? buffer) =>
        (Groups, this.buffer) = (groups, buffer);

    public IReadOnlyList<(TNode Node, ReadOnlyMemory<long> UserIds)> Groups { get; }

    /// <summary>All users at one node. Nothing is copied.</summary>
    public static UsersByNode<TNode> At(TNode node, ReadOnlyMemory<long> userIds) => new(userIds.IsEmpty ? [] : [(node, userIds)], null);

    /// <summary>Groups users by node.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="userIds">The users.</param>
    /// <param name="nodeOf">The node of each user, as an index into <paramref name="nodes"/>, or <see cref="None"/>.</param>
    public static UsersByNode<TNode> Of(TNode[] nodes, ReadOnlySpan<long> userIds, ReadOnlySpan<ushort> nodeOf)
    {
        var counts = new int[nodes.Length];
        var order = new List<int>(nodes.Length);
        foreach (var node in nodeOf)
        {
            if (node != None && counts[node]++ == 0)
            {
                order.Add(node);
            }
        }

        var buffer = ArrayPool<long>.Shared.Rent(userIds.Length);
        var groups = new (TNode, ReadOnlyMemory<long>)[order.Count];
        var ends = new int[nodes.Length];
        var start = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            groups[i] = (nodes[order[i]], buffer.AsMemory(start, counts[order[i]]));
            ends[order[i]] = start;
            start += counts[order[i]];
        }

        for (var i = 0; i < userIds.Length; i++)
        {
            if (nodeOf[i] != None)
            {
                buffer[ends[nodeOf[i]]++] = userIds[i];
            }
        }

        return new UsersByNode<TNode>(groups, buffer);
    }

    public void Dispose()
    {
        if (buffer is not null)
        {
            ArrayPool<long>.Shared.Return(buffer);
        }
    }
}
