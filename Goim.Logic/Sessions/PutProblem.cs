using Goim.Logic.Input;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Sessions;

/// <summary>The problem of a put that failed.</summary>
internal static class PutProblem
{
    /// <param name="session">The put's session.</param>
    /// <param name="failure">Why it failed.</param>
    /// <param name="consequence">The end of the sentence: what the failure means to the caller.</param>
    public static Problem Of(PutArg session, NodeFailure failure, string consequence)
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
            StatusCode.Aborted => OfId(session, consequence),
            StatusCode.ResourceExhausted => new Problem(
                ProblemKind.TooMany, $"router node {failure.Node} had too many new sessions in the last minute: {consequence}"),
            _ => NodeFailure.Problem([failure], consequence),
        };
    }

    /// <summary>The problem of a put whose request id cannot be used any more.</summary>
    public static Problem OfId(PutArg session, string consequence) => new(
        ProblemKind.BadInput,
        $"requestId is {Quoted.Of(RequestId.Text(session.RequestId))}: it was used for a request that was refused, or whose session is "
        + $"gone or another server's, expected a new id; {consequence}");
}
