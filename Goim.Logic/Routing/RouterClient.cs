using Goim.Logic.Input;
using Goim.Logic.Routing.Lookup;
using Goim.Logic.Routing.Nodes;
using Goim.Logic.Telemetry;
using Goim.Protocol;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Routing;

/// <summary>Every operation on the router nodes: on the node of a user, or on all nodes where each knows a part.</summary>
/// <remarks>
/// goim logic/router.go. An answer is complete, or it is a problem that names the nodes that failed. <c>consequence</c> is how that
/// sentence ends.
/// </remarks>
public sealed class RouterClient : IDisposable
{
    private readonly RingNodes nodes;
    private readonly CoalescedLookups[] lookups;
    private readonly BatchLookup batchLookup;
    private readonly SessionPut put;
    private readonly BatchPut batchPut;
    private readonly BatchDel batchDel;

    public RouterClient(IOptions<RouterOptions> options, GoimMetrics metrics, ILogger<RouterClient> logger)
    {
        nodes = new RingNodes(options.Value, metrics, logger);
        lookups = [.. nodes.All.Select(node => new CoalescedLookups(node, options.Value))];
        batchLookup = new BatchLookup(nodes, options.Value.BatchSize);
        batchPut = new BatchPut(nodes, options.Value.BatchSize);
        batchDel = new BatchDel(nodes, options.Value.BatchSize);
        put = new SessionPut(nodes, LookUpAsync, batchLookup, batchPut);
        Rooms = new RoomCalls(nodes, options.Value.BatchSize);
    }

    /// <summary>Whether a change of the ring is under way.</summary>
    public bool IsChanging => nodes.IsChanging;

    /// <summary>
    /// Each node's name, its state (<c>up</c>, <c>down</c>, <c>refused</c> if it does not accept the app's token, or <c>idle</c> before the
    /// first call), and how far its clock is ahead of ours, in ms.
    /// </summary>
    public IEnumerable<(string Node, string State, long SkewMs)> States => nodes.All.Select(node => (node.Name, node.State, node.SkewMs));

    /// <summary>The operations on sessions in rooms.</summary>
    internal RoomCalls Rooms { get; }

    /// <summary>Name of the node that a user's new sessions go to.</summary>
    public string OwnerOf(long userId) => nodes.OwnerOf(userId).Name;

    /// <summary>The sessions of one user.</summary>
    // Two methods, so that the state machine of the usual one is small.
    public ValueTask<Outcome<UserSessions>> GetAsync(long userId, string consequence, CancellationToken cancellationToken) =>
        nodes.PreviousOwnerOf(userId) is { } before
            ? GetAsync(before, userId, consequence, cancellationToken)
            : GetFromOwnerAsync(userId, consequence, cancellationToken);

    private async ValueTask<Outcome<UserSessions>> GetFromOwnerAsync(
        long userId, string consequence, CancellationToken cancellationToken)
    {
        var answer = await LookUpAsync(nodes.OwnerOf(userId), userId, cancellationToken);
        return answer.Sessions is { } sessions ? sessions : NodeFailure.Problem([answer.Failure], consequence);
    }

    private async ValueTask<Outcome<UserSessions>> GetAsync(
        NodeClient before, long userId, string consequence, CancellationToken cancellationToken)
    {
        // A session moves from the previous owner to the new one. Asked in that order, one of them has it.
        var old = await LookUpAsync(before, userId, cancellationToken);
        var now = await LookUpAsync(nodes.OwnerOf(userId), userId, cancellationToken);
        var failed = new[] { old, now }.Where(answer => answer.Sessions is null).Select(answer => answer.Failure).ToArray();
        return failed.Length > 0 ? NodeFailure.Problem(failed, consequence) : UserSessions.Merged(old.Sessions!.Value, now.Sessions!.Value);
    }

    /// <summary>The sessions of many users.</summary>
    /// <param name="userIds">Each id once. The result refers to this memory.</param>
    /// <param name="maxSessions">Fails if the users have more sessions. <see cref="long.MaxValue"/> for no limit.</param>
    /// <param name="cancellationToken">The caller left.</param>
    internal Task<FoundSessions> FindAsync(ReadOnlyMemory<long> userIds, long maxSessions, CancellationToken cancellationToken) =>
        batchLookup.FindAsync(userIds, maxSessions, cancellationToken);

    /// <summary>Registers a session and gives its number. The call is repeated, so the session needs a request id.</summary>
    internal Task<NodeReply<PutReply>> PutAsync(PutArg session, CancellationToken cancellationToken) =>
        put.RunAsync(session, cancellationToken);

    /// <summary>
    /// Registers sessions, as <see cref="PutAsync(PutArg, CancellationToken)"/> registers one. One that is null is left out.
    /// </summary>
    internal Task<PutReplies> PutAsync(IReadOnlyList<PutArg?> sessions, CancellationToken cancellationToken) =>
        put.RunAsync(sessions, cancellationToken);

    /// <summary>Restores sessions, which have a number, each at the node that owns its user.</summary>
    internal Task<PutReplies> RestoreAsync(IReadOnlyList<PutArg> sessions, CancellationToken cancellationToken) =>
        batchPut.RunAsync(sessions, cancellationToken);

    /// <summary>Deletes a session at the user's node, and during a change of the ring also at the previous one.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="session">The session, with the age that the deletion has now. Called for each attempt.</param>
    /// <param name="cancellationToken">The caller left.</param>
    internal Task<NodeReply<DelReply>[]> DelAsync(long userId, Func<DelArg> session, CancellationToken cancellationToken)
    {
        var owner = nodes.OwnerOf(userId);
        NodeClient[] owners = nodes.PreviousOwnerOf(userId) is { } before ? [owner, before] : [owner];
        return Task.WhenAll(owners.Select(node => node.DeleteAsync(RouterCalls.Del, session, cancellationToken)));
    }

    /// <summary>Deletes many sessions, as <see cref="BatchDel.RunAsync"/> says.</summary>
    internal Task<DelReplies> DelAsync(SubKey[] keys, bool isMoved, Func<long> ageMs, CancellationToken cancellationToken) =>
        batchDel.RunAsync(keys, isMoved, ageMs, cancellationToken);

    /// <summary>Deletes the sessions of a comet server at every node.</summary>
    internal async Task<NodeReply<NoReply>[]> DelServerAsync(Func<DelServerArg> server, CancellationToken cancellationToken)
    {
        var answers = await nodes.CallStoresAsync(
            node => node.DeleteAsync(RouterCalls.DelServer, server, cancellationToken), CancellationToken.None);
        return [.. answers.Select(each => each.Answer)];
    }

    /// <summary>Deletes a session at one node. False if the node does not confirm it, null if there is no node of that name.</summary>
    internal Task<bool?> DelAtAsync(string node, Func<DelArg> session, CancellationToken cancellationToken) =>
        ConfirmsAsync(node, RouterCalls.Del, session, cancellationToken);

    /// <summary>Deletes many sessions at one node, as <see cref="DelAtAsync"/> deletes one.</summary>
    internal Task<bool?> MDelAtAsync(string node, MDelArg sessions, CancellationToken cancellationToken) =>
        ConfirmsAsync(node, RouterCalls.MDel, () => sessions, cancellationToken);

    /// <summary>Deletes the sessions of a comet server at one node, as <see cref="DelAtAsync"/> deletes one session.</summary>
    internal Task<bool?> DelServerAtAsync(string node, Func<DelServerArg> server, CancellationToken cancellationToken) =>
        ConfirmsAsync(node, RouterCalls.DelServer, server, cancellationToken);

    /// <summary>
    /// Renews the lease of a comet server at every node that may hold its sessions. The key of each answer is the node's name, or the id of
    /// the store that nodes share.
    /// </summary>
    internal async Task<(string Name, NodeReply<HeartbeatReply> Answer)[]> HeartbeatAsync(
        int server, CancellationToken cancellationToken)
    {
        var heartbeat = new HeartbeatArg { Server = server };
        var answers = await nodes.CallStoresAsync(
            node => node.CallAsync(RouterCalls.Heartbeat, heartbeat, cancellationToken), cancellationToken);
        return [.. answers.Select(each =>
            (each.Node.IsShared is true && each.Answer.Reply is { } reply ? reply.StoreId : each.Node.Name, each.Answer))];
    }

    /// <summary>Sessions per room, as each node counts them.</summary>
    public Task<Outcome<PackedCountReply[]>> AllRoomCountAsync(string consequence, CancellationToken cancellationToken) =>
        CountAsync(RouterCalls.AllRoomCount, consequence, cancellationToken);

    /// <summary>Sessions per comet server, as each node counts them.</summary>
    public Task<Outcome<PackedCountReply[]>> AllServerCountAsync(string consequence, CancellationToken cancellationToken) =>
        CountAsync(RouterCalls.AllServerCount, consequence, cancellationToken);

    /// <summary>A page of one node's users, ascending.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="after">The page holds users above this id.</param>
    /// <param name="limit">Most users of the page.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async Task<Outcome<GetAllReply>> GetAllAsync(string? node, long after, int limit, CancellationToken cancellationToken)
    {
        if (node is null || nodes.Find(node) is not { } found)
        {
            var names = string.Join(", ", nodes.All.Select(each => each.Name));
            return new Problem(ProblemKind.BadInput, $"node is {(node is null ? "missing" : Quoted.Of(node))}: expected one of {names}.");
        }

        var answer = await found.CallAsync(RouterCalls.GetAll, new GetAllArg { AfterUserId = after, Limit = limit }, cancellationToken);
        return answer.Reply is { } page ? page : NodeFailure.Problem([answer.Failure], "its users are not known.");
    }

    /// <summary>Which nodes answer a ping, by name.</summary>
    public async Task<IReadOnlyList<(string Node, bool Ok)>> PingAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(nodes.All.Select(async node => (node.Name, await node.PingAsync(cancellationToken) is not null)));

    /// <summary>Whether every user's sessions can be reached, and why nodes refuse puts at the moment.</summary>
    internal Task<(bool Answers, RefusalReason RefusesPuts)> ProbeAsync(CancellationToken cancellationToken) =>
        nodes.ProbeAsync(cancellationToken);

    public void Dispose()
    {
        Array.ForEach(lookups, static lookup => lookup.Dispose());
        nodes.Dispose();
    }

    private ValueTask<LookupAnswer> LookUpAsync(NodeClient node, long userId, CancellationToken cancellationToken) =>
        lookups[node.Index].GetAsync(userId, cancellationToken);

    private async Task<bool?> ConfirmsAsync<TArg, TReply>(
        string node, RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
        where TReply : class =>
        nodes.Find(node) is { } found ? (await found.CallAsync(call, arg, cancellationToken)).Reply is not null : null;

    private Task<Outcome<PackedCountReply[]>> CountAsync(
        RouterCall<NoArg, PackedCountReply> count, string consequence, CancellationToken cancellationToken) =>
        nodes.AskStoresAsync(node => node.CountAsync(count, cancellationToken), consequence, cancellationToken);
}
