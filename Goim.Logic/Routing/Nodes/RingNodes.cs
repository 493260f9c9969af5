using Goim.Logic.Routing.Ring;
using Goim.Logic.Telemetry;
using Goim.Protocol;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Routing.Nodes;

/// <summary>The router nodes on the ring, and during a change of the ring also those of the ring before.</summary>
internal sealed class RingNodes : IDisposable
{
    private readonly StoreAgreement agreement;
    private readonly NodeClient[] all;
    private readonly NodesOnRing current;
    private readonly NodesOnRing? previous;

    public RingNodes(RouterOptions options, GoimMetrics metrics, ILogger logger)
    {
        var before = options.Previous;
        agreement = new StoreAgreement(options.CallTimeout, logger);
        all = [.. options.Nodes.Concat(before).DistinctBy(node => node.Key)
            .Select((node, index) => new NodeClient(index, node.Key, node.Value, options, metrics, agreement, logger))];
        for (var i = 0; i < all.Length; i++)
        {
            // Each node's list begins with the next node, so that the users of a node that is down spread over the others.
            all[i].SetOthers([.. all[(i + 1)..], .. all[..i]]);
        }

        current = OnRing(options.Nodes);
        previous = before.Count > 0 ? OnRing(before) : null;
    }

    /// <summary>Every node of both rings.</summary>
    public IReadOnlyList<NodeClient> All => all;

    /// <summary>Whether a change of the ring is under way.</summary>
    public bool IsChanging => previous is not null;

    /// <summary>Makes a call at each store: at all nodes, or at a single one if they share their store.</summary>
    /// <returns>The answers. If the stores differ, a failure of every node.</returns>
    public async Task<(NodeClient Node, NodeReply<TReply> Answer)[]> CallStoresAsync<TReply>(
        Func<NodeClient, Task<NodeReply<TReply>>> callAsync, CancellationToken cancellationToken)
        where TReply : class
    {
        var stores = await StoresAsync(cancellationToken);
        if (await agreement.DifferenceAsync(cancellationToken) is { } before)
        {
            return Refused(before);
        }

        var answers = await Task.WhenAll(stores.Select(async node => (Node: node, Answer: await callAsync(node))));
        if (await agreement.DifferenceAsync(cancellationToken) is { } after)
        {
            return Refused(after);
        }

        // Nodes whose store became known only by these calls may share it. Then one answer is the whole answer.
        var whole = answers.Length > 1 ? Array.Find(answers, each => each.Node.IsShared is true && each.Answer.Reply is not null) : default;
        return whole.Node is null ? answers : [whole];

        (NodeClient, NodeReply<TReply>)[] Refused(StoreDifference differing) =>
            [.. all.Select(node => (node, new NodeReply<TReply>(null, NodeFailure.OfDifference(node.Name, differing))))];
    }

    /// <summary>Makes a call as <see cref="CallStoresAsync"/> does, and gives all answers, or one problem if a node failed.</summary>
    public async Task<Outcome<TReply[]>> AskStoresAsync<TReply>(
        Func<NodeClient, Task<NodeReply<TReply>>> callAsync, string consequence, CancellationToken cancellationToken)
        where TReply : class
    {
        var answers = await CallStoresAsync(callAsync, cancellationToken);
        var failures = answers.Where(each => each.Answer.Reply is null).Select(each => each.Answer.Failure).ToArray();
        return failures.Length > 0 ? NodeFailure.Problem(failures, consequence) : answers.Select(each => each.Answer.Reply!).ToArray();
    }

    /// <summary>
    /// The nodes that a call for all sessions goes to, always in the same order: all, or a single one if they share their store.
    /// </summary>
    /// <returns>The nodes, or the failure of every node if the stores differ.</returns>
    public async Task<(NodeClient[] Stores, NodeFailure[] Failures)> FindStoresAsync(CancellationToken cancellationToken)
    {
        var stores = await StoresAsync(cancellationToken);
        return await agreement.DifferenceAsync(cancellationToken) is { } difference
            ? ([], Array.ConvertAll(all, node => NodeFailure.OfDifference(node.Name, difference)))
            : (stores, []);
    }

    /// <summary>
    /// Whether every user's sessions can be reached: all nodes answer a ping, or one does if they share their store; and why a node refuses
    /// puts at the moment.
    /// </summary>
    public async Task<(bool Answers, RefusalReason RefusesPuts)> ProbeAsync(CancellationToken cancellationToken)
    {
        var pings = await Task.WhenAll(all.Select(node => node.PingAsync(cancellationToken)));
        var answered = pings.OfType<PingAnswer>().ToArray();
        var isEnough = Array.Exists(all, node => node.IsShared is true) ? answered.Length > 0 : answered.Length == pings.Length;
        return (
            isEnough && await agreement.DifferenceAsync(cancellationToken) is null,
            answered.Select(answer => answer.RefusesPuts).FirstOrDefault(reason => reason != RefusalReason.None));
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

    /// <summary>The places of the sessions that are not null, by the node that owns the session's user; ascending.</summary>
    public Dictionary<NodeClient, List<int>> GroupByOwner(IReadOnlyList<PutArg?> sessions)
    {
        var users = new long[sessions.Count];
        for (var i = 0; i < users.Length; i++)
        {
            users[i] = sessions[i]?.UserId ?? 0;
        }

        return Group(current.NodesOf(users), i => sessions[i] is not null);
    }

    /// <summary>The places of users, by <see cref="OwnerOf"/>; ascending.</summary>
    public Dictionary<NodeClient, List<int>> GroupByOwner(long[] userIds) => Group(current.NodesOf(userIds), static _ => true);

    /// <summary>The places of users, by <see cref="PreviousOwnerOf"/>, without those that have none; ascending.</summary>
    public Dictionary<NodeClient, List<int>> GroupByPreviousOwner(long[] userIds) =>
        previous is null ? [] : Group(Array.ConvertAll(userIds, PreviousOwnerOf), static _ => true);

    /// <summary>The node of that name, or null.</summary>
    public NodeClient? Find(string name) => Array.Find(all, node => node.Name == name);

    public void Dispose() => Array.ForEach(all, static node => node.Dispose());

    private NodesOnRing OnRing(Dictionary<string, string> ring) => new([.. ring.Keys.Select(name => Find(name)!)]);

    private static Dictionary<NodeClient, List<int>> Group(NodeClient?[] nodeOf, Func<int, bool> isIn)
    {
        var groups = new Dictionary<NodeClient, List<int>>();
        for (var i = 0; i < nodeOf.Length; i++)
        {
            if (nodeOf[i] is not { } node || !isIn(i))
            {
                continue;
            }

            if (!groups.TryGetValue(node, out var places))
            {
                groups.Add(node, places = []);
            }

            places.Add(i);
        }

        return groups;
    }

    private async Task<NodeClient[]> StoresAsync(CancellationToken cancellationToken)
    {
        var discovery = agreement.DiscoverAsync();
        var isFirst = !discovery.IsCompleted;
        await discovery.WaitAsync(cancellationToken);
        foreach (var node in isFirst ? [] : all)
        {
            if (Array.Exists(all, each => each.IsShared is not null))
            {
                break;
            }

            await node.PingAsync(cancellationToken);
        }

        return Array.Find(all, node => node.IsShared is not null) is { IsShared: true } shared ? [shared] : all;
    }
}
