using System.Buffers;
using Goim.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Routing;

/// <summary>The router nodes of the ring, and while it changes those of the ring before.</summary>
public sealed class RouterNodes : IDisposable
{
    private readonly RouterNodeClient[] all;
    private readonly Ring current;
    private readonly Ring? previous;

    public RouterNodes(IOptions<RouterOptions> options, ILogger<RouterNodes> logger)
    {
        var settings = options.Value;
        var before = settings.Previous;
        all = [.. settings.Nodes.Concat(before).DistinctBy(node => node.Key).Select(node => new RouterNodeClient(node.Key, node.Value, settings, logger))];
        for (var i = 0; i < all.Length; i++)
        {
            // Each begins with the next one, so that the users of a node that is down spread over the others.
            all[i].Others.Set([.. all[(i + 1)..], .. all[..i]]);
        }

        current = new Ring(this, settings.Nodes);
        previous = before.Count > 0 ? new Ring(this, before) : null;
        BatchSize = settings.BatchSize;
    }

    /// <summary>Users in one MGet call.</summary>
    internal int BatchSize { get; }

    /// <summary>Every node of either ring.</summary>
    internal IReadOnlyList<RouterNodeClient> All => all;

    /// <summary>Whether a change of the ring is under way.</summary>
    internal bool IsChanging => previous is not null;

    /// <summary>A node for each store: every node, or one of those that share theirs.</summary>
    internal async Task<IReadOnlyList<RouterNodeClient>> StoresAsync(CancellationToken cancellationToken)
    {
        foreach (var node in all.Length > 1 ? all : [])
        {
            if (node.IsShared is null)
            {
                await node.AskAsync(RouterCalls.Ping, new NoArg(), cancellationToken);
            }

            if (node.IsShared is { } shared)
            {
                return shared ? [node] : all;
            }
        }

        return all;
    }

    /// <summary>The node that new sessions of a user go to.</summary>
    internal RouterNodeClient OwnerOf(long userId) => current.NodeOf(userId);

    /// <summary>The other node that may still hold sessions of a user; null if there is none, or its sessions are the same.</summary>
    internal RouterNodeClient? PreviousOwnerOf(long userId) =>
        previous?.NodeOf(userId) is { } before && before != OwnerOf(userId) && before.IsShared is not true ? before : null;

    /// <summary>Users by <see cref="OwnerOf"/>.</summary>
    internal UsersByNode ByOwner(ReadOnlyMemory<long> userIds) => current.ByNode(userIds);

    /// <summary>Users by <see cref="PreviousOwnerOf"/>, those without one left out; null if no change of the ring is under way.</summary>
    internal UsersByNode? ByPreviousOwner(ReadOnlyMemory<long> userIds)
    {
        if (previous is null)
        {
            return null;
        }

        var nodeOf = new ushort[userIds.Length];
        for (var i = 0; i < nodeOf.Length; i++)
        {
            nodeOf[i] = PreviousOwnerOf(userIds.Span[i]) is { } before ? (ushort)Array.IndexOf(all, before) : UsersByNode.None;
        }

        return UsersByNode.Of(all, userIds.Span, nodeOf);
    }

    /// <summary>The node of that name; null if there is none.</summary>
    internal RouterNodeClient? Find(string name) => Array.Find(all, node => node.Name == name);

    public void Dispose() => Array.ForEach(all, node => node.Dispose());

    private sealed class Ring
    {
        private readonly RouterNodeClient[] nodes;
        private readonly KetamaRing ketama;

        public Ring(RouterNodes router, Dictionary<string, string> names)
        {
            nodes = [.. names.Keys.Select(name => router.Find(name)!)];
            ketama = new KetamaRing([.. names.Keys]);
        }

        public RouterNodeClient NodeOf(long userId) => nodes[ketama.NodeOf(userId)];

        public UsersByNode ByNode(ReadOnlyMemory<long> userIds)
        {
            if (nodes.Length == 1)
            {
                return UsersByNode.At(nodes[0], userIds);
            }

            var nodeOf = ArrayPool<ushort>.Shared.Rent(userIds.Length);
            ketama.NodesOf(userIds.Span, nodeOf);
            var users = UsersByNode.Of(nodes, userIds.Span, nodeOf.AsSpan(0, userIds.Length));
            ArrayPool<ushort>.Shared.Return(nodeOf);
            return users;
        }
    }
}
