using Goim.Protocol;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Routing;

/// <summary>The router nodes as one: finds a user's node on the ring, and asks all where all know a part.</summary>
/// <remarks>goim logic/router.go. An answer is whole, or a problem that names the nodes that failed.</remarks>
public sealed class RouterClient : IDisposable
{
    private readonly RouterNodeClient[] nodes;
    private readonly KetamaRing ring;
    private readonly int batchSize;

    public RouterClient(IOptions<RouterOptions> options, ILogger<RouterClient> logger)
    {
        nodes = [.. options.Value.Nodes.Select(node => new RouterNodeClient(node.Key, node.Value, options.Value.CallTimeout, logger))];
        ring = new KetamaRing([.. nodes.Select(node => node.Name)]);
        batchSize = options.Value.BatchSize;
    }

    internal IReadOnlyList<RouterNodeClient> Nodes => nodes;

    /// <summary>The sessions of one user.</summary>
    public async Task<Outcome<GetReply>> GetAsync(long userId, string consequence, CancellationToken cancellationToken)
    {
        var node = nodes[ring.NodeOf(userId)];
        var answer = await node.CallAsync(static (router, arg, call) => router.GetAsync(arg, call), new GetArg { UserId = userId }, cancellationToken);
        return Whole(IsWellFormed(answer.Reply) ? answer : node.Failed<GetReply>(StatusCode.DataLoss), consequence);
    }

    /// <summary>The sessions of many users, as the nodes answered; each node's users in the order asked.</summary>
    public async Task<Outcome<MGetReply[]>> MGetAsync(ReadOnlyMemory<long> userIds, string consequence, CancellationToken cancellationToken)
    {
        var perNode = new List<MGetArg>?[nodes.Length];
        foreach (var userId in userIds.Span)
        {
            var batches = perNode[ring.NodeOf(userId)] ??= [new MGetArg()];
            if (batches[^1].UserIds.Count == batchSize)
            {
                batches.Add(new MGetArg());
            }

            batches[^1].UserIds.Add(userId);
        }

        var answers = await Task.WhenAll(perNode.Select((batches, node) => MGetAsync(nodes[node], batches ?? [], cancellationToken)));
        var failures = answers.SelectMany(answer => answer.Failures).ToArray();
        return failures.Length > 0
            ? NodeFailure.Problem(failures, consequence)
            : answers.SelectMany(answer => answer.Replies).ToArray();
    }

    /// <summary>Registers a session and gives its seq.</summary>
    public async Task<Outcome<PutReply>> PutAsync(PutArg session, string consequence, CancellationToken cancellationToken) =>
        Whole(await nodes[ring.NodeOf(session.UserId)].CallAsync(static (router, arg, call) => router.PutAsync(arg, call), session, cancellationToken), consequence);

    /// <summary>Removes a session.</summary>
    public async Task<Outcome<DelReply>> DelAsync(SubKey key, string consequence, CancellationToken cancellationToken) =>
        Whole(
            await nodes[ring.NodeOf(key.UserId)].CallAsync(
                static (router, arg, call) => router.DelAsync(arg, call), new DelArg { UserId = key.UserId, Seq = key.Seq }, cancellationToken),
            consequence);

    /// <summary>Removes the sessions of one comet server on every node.</summary>
    public Task<Outcome<NoReply[]>> DelServerAsync(int server, string consequence, CancellationToken cancellationToken) =>
        AskAllAsync(static (router, arg, call) => router.DelServerAsync(arg, call), new DelServerArg { Server = server }, consequence, cancellationToken);

    /// <summary>Sessions per room, each node's.</summary>
    public Task<Outcome<AllRoomCountReply[]>> AllRoomCountAsync(string consequence, CancellationToken cancellationToken) =>
        AskAllAsync(static (router, arg, call) => router.AllRoomCountAsync(arg, call), new NoArg(), consequence, cancellationToken);

    /// <summary>Sessions per comet server, each node's.</summary>
    public Task<Outcome<AllServerCountReply[]>> AllServerCountAsync(string consequence, CancellationToken cancellationToken) =>
        AskAllAsync(static (router, arg, call) => router.AllServerCountAsync(arg, call), new NoArg(), consequence, cancellationToken);

    /// <summary>Whether every node answers.</summary>
    public Task<Outcome<NoReply[]>> PingAsync(CancellationToken cancellationToken) =>
        AskAllAsync(static (router, arg, call) => router.PingAsync(arg, call), new NoArg(), "not all users can be reached.", cancellationToken);

    public void Dispose()
    {
        foreach (var node in nodes)
        {
            node.Dispose();
        }
    }

    private static Outcome<TReply> Whole<TReply>(NodeReply<TReply> answer, string consequence)
        where TReply : class => answer.Reply is { } reply ? reply : NodeFailure.Problem([answer.Failure], consequence);

    private static async Task<(List<MGetReply> Replies, List<NodeFailure> Failures)> MGetAsync(RouterNodeClient node, List<MGetArg> batches, CancellationToken cancellationToken)
    {
        var replies = new List<MGetReply>(batches.Count);
        foreach (var batch in batches)
        {
            var answer = await node.CallAsync(static (router, arg, call) => router.MGetAsync(arg, call), batch, cancellationToken);
            if (answer.Reply is not { } reply)
            {
                return ([], [answer.Failure]);
            }

            if (reply.UserIds.Count != batch.UserIds.Count || reply.Sessions.Count != batch.UserIds.Count || !reply.Sessions.All(IsWellFormed))
            {
                return ([], [node.Failed<MGetReply>(StatusCode.DataLoss).Failure]);
            }

            replies.Add(reply);
        }

        return (replies, []);
    }

    // A node that failed is no malformed answer: its own failure stands.
    private static bool IsWellFormed(GetReply? reply) => reply is null || reply.Seqs.Count == reply.Servers.Count;

    private async Task<Outcome<TReply[]>> AskAllAsync<TRequest, TReply>(
        Func<RouterRPC.RouterRPCClient, TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, string consequence, CancellationToken cancellationToken)
        where TReply : class
    {
        var answers = await Task.WhenAll(nodes.Select(node => node.CallAsync(method, request, cancellationToken)));
        var failures = answers.Where(answer => answer.Reply is null).Select(answer => answer.Failure).ToArray();
        return failures.Length > 0
            ? NodeFailure.Problem(failures, consequence)
            : answers.Select(answer => answer.Reply!).ToArray();
    }
}
