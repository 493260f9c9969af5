using Goim.Protocol;

namespace Goim.Logic.Routing;

/// <summary>The router nodes as one: what is asked of a user's node, or of all nodes where all know a part.</summary>
/// <remarks>
/// goim logic/router.go. An answer is whole, or a problem that names the nodes that failed; <c>consequence</c> is how that problem ends.
/// </remarks>
public sealed class RouterClient(RouterNodes nodes)
{
    /// <summary>How far above the numbers in use a session is put for a user who changes nodes, at most: see <see cref="PutAsync"/>.</summary>
    private const int SeqLeap = 1 << 20;

    /// <summary>The sessions of one user.</summary>
    public async Task<Outcome<UserSessions>> GetAsync(long userId, string consequence, CancellationToken cancellationToken)
    {
        if (nodes.PreviousOwnerOf(userId) is not { } before)
        {
            var answer = await nodes.OwnerOf(userId).Gets.GetAsync(userId, cancellationToken);
            return answer.Sessions is { } sessions ? sessions : NodeFailure.Problem([answer.Failure], consequence);
        }

        // In the order in which a session moves, so that none slips through between the two: what the old owner has let go, the new one has.
        var old = await before.Gets.GetAsync(userId, cancellationToken);
        var now = await nodes.OwnerOf(userId).Gets.GetAsync(userId, cancellationToken);
        return old.Sessions is { } one && now.Sessions is { } other
            ? UserSessions.Merged(one, other)
            : NodeFailure.Problem([.. new[] { old, now }.Where(answer => answer.Sessions is null).Select(answer => answer.Failure)], consequence);
    }

    /// <summary>Registers a session and gives its seq. Never repeated by itself: it may have arrived.</summary>
    public async Task<Outcome<PutReply>> PutAsync(PutArg session, string consequence, CancellationToken cancellationToken)
    {
        // The new owner of a user who changes nodes does not know the numbers that the old one has given. It gets one well above them,
        // so that no sub key is given twice, and counts on from there.
        if (session.Seq == 0 && nodes.PreviousOwnerOf(session.UserId) is not null)
        {
            if (!(await GetAsync(session.UserId, consequence, cancellationToken)).Is(out var sessions, out var problem))
            {
                return problem;
            }

            var highest = 0;
            foreach (var seq in sessions.Seqs)
            {
                highest = Math.Max(highest, seq);
            }

            session = new PutArg(session) { Seq = (int)Math.Min(int.MaxValue, highest + 1L + Random.Shared.Next(SeqLeap)) };
        }

        return Whole(await nodes.OwnerOf(session.UserId).CallAsync(RouterCalls.Put, session, cancellationToken), consequence);
    }

    /// <summary>Sessions per room, each node's.</summary>
    public Task<Outcome<AllRoomCountReply[]>> AllRoomCountAsync(string consequence, CancellationToken cancellationToken) =>
        AskAllAsync(RouterCalls.AllRoomCount, consequence, cancellationToken);

    /// <summary>Sessions per comet server, each node's.</summary>
    public Task<Outcome<AllServerCountReply[]>> AllServerCountAsync(string consequence, CancellationToken cancellationToken) =>
        AskAllAsync(RouterCalls.AllServerCount, consequence, cancellationToken);

    /// <summary>Which nodes answer, by name.</summary>
    public async Task<IReadOnlyList<(string Node, bool Ok)>> PingAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(nodes.All.Select(async node => (node.Name, (await node.AskAsync(RouterCalls.Ping, new NoArg(), cancellationToken)).Reply is not null)));

    /// <summary>Renews the lease of a comet server at every node that may hold sessions of it.</summary>
    public async Task<Problem?> HeartbeatAsync(int server, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll((await nodes.StoresAsync(cancellationToken)).Select(node => node.CallAsync(RouterCalls.Heartbeat, server, cancellationToken)));
        return All(answers, "the lease is not renewed there, repeat the call.").Is(out _, out var problem) ? null : problem;
    }

    /// <summary>A page of one node's users, ascending.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="after">Users above it.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async Task<Outcome<GetAllReply>> GetAllAsync(string? node, long after, int limit, CancellationToken cancellationToken)
    {
        if (node is null || nodes.Find(node) is not { } found)
        {
            var known = string.Join(", ", nodes.All.Select(each => each.Name));
            return new Problem(ProblemKind.BadInput, $"node is {(node is null ? "missing" : Input.Quoted.Of(node))}: expected one of {known}.");
        }

        return Whole(await found.GetAllAsync(new GetAllArg { AfterUserId = after, Limit = limit }, cancellationToken), "its users are not known.");
    }

    internal static bool IsWellFormed(GetReply reply) => reply.Seqs.Count == reply.Servers.Count;

    private static Outcome<TReply> Whole<TReply>(NodeReply<TReply> answer, string consequence)
        where TReply : class => answer.Reply is { } reply ? reply : NodeFailure.Problem([answer.Failure], consequence);

    private static Outcome<TReply[]> All<TReply>(NodeReply<TReply>[] answers, string consequence)
        where TReply : class
    {
        var failures = answers.Where(answer => answer.Reply is null).Select(answer => answer.Failure).ToArray();
        return failures.Length > 0 ? NodeFailure.Problem(failures, consequence) : answers.Select(answer => answer.Reply!).ToArray();
    }

    private async Task<Outcome<TReply[]>> AskAllAsync<TReply>(RouterCall<NoArg, TReply> call, string consequence, CancellationToken cancellationToken)
        where TReply : class => All(await Task.WhenAll((await nodes.StoresAsync(cancellationToken)).Select(node => node.CallAsync(call, new NoArg(), cancellationToken))), consequence);
}
