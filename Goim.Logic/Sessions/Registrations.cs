using System.Collections.Concurrent;
using System.Globalization;
using Goim.Logic.Input;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Sessions;

/// <summary>Registers new sessions. A registration that fails leaves no session, even if the call arrives at the node later.</summary>
public sealed class Registrations(RouterClient router, AbandonedPuts abandoned, TimeProvider time)
{
    private readonly RefusedRequests refused = new(time);

    // The puts under way that have their caller's request id.
    private readonly ConcurrentDictionary<string, Lazy<Task<NodeReply<PutReply>>>> underWay = new(StringComparer.Ordinal);

    /// <summary>Registers a session.</summary>
    /// <param name="session">
    /// With the caller's request id, the session outlives the call if the caller leaves: a repeat with the same id gets the same session.
    /// Without one, nobody would know the session, so it is deleted.
    /// </param>
    /// <param name="consequence">The end of the sentence if it fails: what the failure means to the caller.</param>
    /// <param name="cancellationToken">The caller left.</param>
    // Not cancelled when the caller leaves: whether the session is registered would not be known.
    public async Task<Outcome<PutReply>> PutAsync(PutArg session, string consequence, CancellationToken cancellationToken)
    {
        if (!session.RequestId.IsEmpty)
        {
            return await PutWithCallersIdAsync(session, consequence, cancellationToken);
        }

        session.RequestId = RequestId.New();
        var answer = await router.PutAsync(session, CancellationToken.None);
        if (answer.Reply is { } reply)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                await abandoned.DeleteAsync(router.OwnerOf(session.UserId), session);
                cancellationToken.ThrowIfCancellationRequested();
            }

            return reply;
        }

        await AbandonAsync(session, answer.Failure);
        return ProblemOf(session, answer.Failure, consequence);
    }

    private async Task<Outcome<PutReply>> PutWithCallersIdAsync(
        PutArg session, string consequence, CancellationToken cancellationToken)
    {
        var request = string.Create(CultureInfo.InvariantCulture, $"{session.UserId} {session.Server} {RequestId.Text(session.RequestId)}");
        if (refused.Contains(request))
        {
            return ProblemOfId(session, consequence);
        }

        // A repeat that comes while the put is under way waits for the same put. Both get the same answer.
        var put = underWay.GetOrAdd(request, _ => new(() => router.PutAsync(session, CancellationToken.None)));
        try
        {
            var answer = await put.Value;
            if (answer.Reply is { } reply)
            {
                return reply;
            }

            // A caller who has left does not know of the failure, and may repeat the put.
            if (answer.Failure.MayHaveArrived && !cancellationToken.IsCancellationRequested)
            {
                refused.Add(request);
                await AbandonAsync(session, answer.Failure);
            }

            return ProblemOf(session, answer.Failure, consequence);
        }
        finally
        {
            underWay.TryRemove(new(request, put));
        }
    }

    private async Task AbandonAsync(PutArg session, NodeFailure failure)
    {
        if (failure.MayHaveArrived)
        {
            await abandoned.DeleteAsync(failure.Node, session);
        }
    }

    private static Problem ProblemOf(PutArg session, NodeFailure failure, string consequence)
    {
        if (failure.MaxSessions > 0)
        {
            return new Problem(
                ProblemKind.TooMany,
                $"user {session.UserId} has {failure.MaxSessions} sessions, as many as a user may have (RouterNode__MaxSessionsPerUser): "
                + consequence)
            {
                RetryAfter = null,
            };
        }

        return failure.Status switch
        {
            _ when failure.Reason != RefusalReason.None => NodeFailure.Problem([failure], consequence),
            StatusCode.Aborted => ProblemOfId(session, consequence),
            StatusCode.ResourceExhausted => new Problem(
                ProblemKind.TooMany, $"router node {failure.Node} had too many new sessions in the last minute: {consequence}"),
            _ => NodeFailure.Problem([failure], consequence),
        };
    }

    private static Problem ProblemOfId(PutArg session, string consequence) => new(
        ProblemKind.BadInput,
        $"requestId is {Quoted.Of(RequestId.Text(session.RequestId))}: it was used for a request that was refused, or whose session is "
        + $"gone or another server's, expected a new id; {consequence}");
}
