using Goim.Logic.Routing.Lookup;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Routing;

/// <summary>Registers new sessions at the nodes that own their users.</summary>
/// <remarks>
/// The new owner of a user who changes nodes does not know the numbers that the previous owner has given. It gets a number well above them
/// and counts on from there, so that no sub key is given twice.
/// </remarks>
/// <param name="nodes">The nodes.</param>
/// <param name="lookUp">Looks up a user at one node.</param>
/// <param name="batchLookup">Looks up many users.</param>
/// <param name="batchPut">Puts many sessions.</param>
internal sealed class SessionPut(
    RingNodes nodes,
    Func<NodeClient, long, CancellationToken, ValueTask<LookupAnswer>> lookUp,
    BatchLookup batchLookup,
    BatchPut batchPut)
{
    /// <summary>A user who changes nodes gets a number at most this far above those in use.</summary>
    private const int SeqLeap = 1 << 20;

    /// <summary>Numbers above it do not count: after the highest one they start again at 1.</summary>
    private const int Top = int.MaxValue - SeqLeap;

    /// <summary>Registers a session. The call is repeated, so the session needs a request id.</summary>
    public async Task<NodeReply<PutReply>> RunAsync(PutArg session, CancellationToken cancellationToken)
    {
        var owner = nodes.OwnerOf(session.UserId);
        if (nodes.PreviousOwnerOf(session.UserId) is { } before)
        {
            var old = await lookUp(before, session.UserId, cancellationToken);
            var now = await lookUp(owner, session.UserId, cancellationToken);
            if (old.Sessions is not { } oldSessions || now.Sessions is not { } newSessions)
            {
                return new NodeReply<PutReply>(null, (old.Sessions is null ? old.Failure : now.Failure) with { MayHaveArrived = false });
            }

            session = Above(session, Math.Max(oldSessions.HighestSeq(Top), newSessions.HighestSeq(Top)));
        }

        return await owner.CallAsync(RouterCalls.Put, session, cancellationToken);
    }

    /// <summary>Registers sessions, which need request ids. One that is null is left out.</summary>
    public async Task<PutReplies> RunAsync(IReadOnlyList<PutArg?> sessions, CancellationToken cancellationToken)
    {
        var moving = new List<int>();
        for (var i = 0; nodes.IsChanging && i < sessions.Count; i++)
        {
            if (sessions[i] is { } session && nodes.PreviousOwnerOf(session.UserId) is not null)
            {
                moving.Add(i);
            }
        }

        if (moving.Count == 0)
        {
            return await batchPut.RunAsync(sessions, cancellationToken);
        }

        var users = moving.Select(i => sessions[i]!.UserId).Distinct(SeededLongComparer.Instance).ToArray();
        using var found = await batchLookup.FindAsync(users, long.MaxValue, cancellationToken);
        var byUser = found.ByUser(cancellationToken);
        var puts = sessions.ToArray();
        var lost = new List<FailedPart>();
        foreach (var i in moving)
        {
            var session = puts[i]!;
            if (found.FailureOf(session.UserId) is { } failure)
            {
                lost.Add(new FailedPart(failure with { MayHaveArrived = false }, [i]));
                puts[i] = null;
            }
            else
            {
                puts[i] = Above(session, byUser[session.UserId].HighestSeq(Top));
            }
        }

        var replies = await batchPut.RunAsync(puts, cancellationToken);
        return replies with { Failed = [.. replies.Failed, .. lost] };
    }

    private static PutArg Above(PutArg session, int highest) =>
        new(session) { MinSeq = highest + Random.Shared.Next(SeqLeap) };
}
