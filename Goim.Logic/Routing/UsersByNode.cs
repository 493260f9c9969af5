using System.Buffers;

namespace Goim.Logic.Routing;

/// <summary>User ids grouped by the node that is to be asked for them, in one pooled buffer: nodes as they are first met, a node's users in order.</summary>
internal sealed class UsersByNode : IDisposable
{
    /// <summary>In place of a node's index: nobody is to be asked.</summary>
    public const ushort None = ushort.MaxValue;

    private readonly long[]? buffer;

    private UsersByNode(IReadOnlyList<(RouterNodeClient Node, ReadOnlyMemory<long> UserIds)> groups, long[]? buffer) => (Groups, this.buffer) = (groups, buffer);

    public IReadOnlyList<(RouterNodeClient Node, ReadOnlyMemory<long> UserIds)> Groups { get; }

    /// <summary>All users at one node: they stay where they are.</summary>
    public static UsersByNode At(RouterNodeClient node, ReadOnlyMemory<long> userIds) => new(userIds.IsEmpty ? [] : [(node, userIds)], null);

    /// <param name="nodes">The nodes.</param>
    /// <param name="userIds">The users.</param>
    /// <param name="nodeOf">The node of each, as an index into <paramref name="nodes"/>, or <see cref="None"/>.</param>
    public static UsersByNode Of(RouterNodeClient[] nodes, ReadOnlySpan<long> userIds, ReadOnlySpan<ushort> nodeOf)
    {
        var counts = new int[nodes.Length];
        var met = new List<int>(nodes.Length);
        foreach (var node in nodeOf)
        {
            if (node != None && counts[node]++ == 0)
            {
                met.Add(node);
            }
        }

        var buffer = ArrayPool<long>.Shared.Rent(userIds.Length);
        var groups = new (RouterNodeClient, ReadOnlyMemory<long>)[met.Count];
        var ends = new int[nodes.Length];
        var start = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            groups[i] = (nodes[met[i]], buffer.AsMemory(start, counts[met[i]]));
            ends[met[i]] = start;
            start += counts[met[i]];
        }

        for (var i = 0; i < userIds.Length; i++)
        {
            if (nodeOf[i] != None)
            {
                buffer[ends[nodeOf[i]]++] = userIds[i];
            }
        }

        return new UsersByNode(groups, buffer);
    }

    public void Dispose()
    {
        if (buffer is not null)
        {
            ArrayPool<long>.Shared.Return(buffer);
        }
    }
}
