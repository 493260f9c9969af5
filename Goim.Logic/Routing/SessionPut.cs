using Goim.Logic.Routing.Lookup;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Routing;

/// <summary>Registers a session at the node that owns its user.</summary>
/// <param name="nodes">The nodes.</param>
/// <param name="lookUp">Looks up a user at one node.</param>
internal sealed class SessionPut(RingNodes nodes, Func<NodeClient, long, CancellationToken, ValueTask<LookupAnswer>> lookUp)
{
    /// <summary>A user who changes nodes gets a number at most this far above those in use.</summary>
    private const int SeqLeap = 1 << 20;

    /// <summary>Registers a session. The call is repeated, so the session needs a request id.</summary>
    public async Task<NodeReply<PutReply>> RunAsync(PutArg session, CancellationToken cancellationToken)
    {
        var owner = nodes.OwnerOf(session.UserId);

        // The new owner of a user who changes nodes does not know the numbers that the previous owner has given. It gets a number well
        // above them and counts on from there, so that no sub key is given twice.
        if (nodes.PreviousOwnerOf(session.UserId) is { } before)
        {
            var old = await lookUp(before, session.UserId, cancellationToken);
            var now = await lookUp(owner, session.UserId, cancellationToken);
            if (old.Sessions is not { } oldSessions || now.Sessions is not { } newSessions)
            {
                return new NodeReply<PutReply>(null, (old.Sessions is null ? old.Failure : now.Failure) with { MayHaveArrived = false });
            }

            // Numbers at the very top do not count: after them they start again at 1.
            const int Top = int.MaxValue - SeqLeap;
            var highest = Math.Max(oldSessions.HighestSeq(Top), newSessions.HighestSeq(Top));
            session = new PutArg(session) { MinSeq = highest + Random.Shared.Next(SeqLeap) };
        }

        return await owner.CallAsync(RouterCalls.Put, session, cancellationToken);
    }
}
