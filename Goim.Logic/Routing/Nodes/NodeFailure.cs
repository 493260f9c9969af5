using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>A router node that did not carry out a call.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Status">gRPC status of the call.</param>
internal readonly record struct NodeFailure(string Node, StatusCode Status)
{
    /// <summary>Whether the node is from before this app's protocol.</summary>
    public bool IsTooOld { get; init; }

    /// <summary>The id of the node's store, as last known. Empty if it is not known.</summary>
    public string StoreId { get => field ?? ""; init; }

    /// <summary>
    /// How long a node that has just started does not know all sessions, in ms. 0 if that is not why the call failed.
    /// </summary>
    public int ColdMs { get; init; }

    /// <summary>The number of sessions that a user may have. 0 if that is not why the call failed.</summary>
    public int MaxSessions { get; init; }

    public bool IsUnreachable => Status is StatusCode.Unavailable or StatusCode.DeadlineExceeded;

    /// <summary>Whether the failure tells of a fault. False for an answer that is a part of the protocol.</summary>
    public bool IsUnexpected => ColdMs == 0 && MaxSessions == 0 && Status != StatusCode.Aborted;

    /// <summary>Whether the status leaves open what the node did. Otherwise the node has refused the call.</summary>
    public bool IsOpen => IsUnexpected && Status is not (StatusCode.InvalidArgument or StatusCode.ResourceExhausted
        or StatusCode.FailedPrecondition or StatusCode.Unimplemented or StatusCode.Unauthenticated or StatusCode.PermissionDenied);

    /// <summary>Whether an attempt of the call may have been carried out, or may still be.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>
    /// One problem for all nodes that failed: unreachable if one of them is, cold if one of them is, otherwise an error of a node.
    /// </summary>
    /// <param name="failures">At least one.</param>
    /// <param name="consequence">The end of the sentence: what the failure means to the caller.</param>
    public static Problem Problem(IReadOnlyList<NodeFailure> failures, string consequence)
    {
        var silent = failures.Where(failure => failure.IsUnreachable && failure.ColdMs == 0).ToArray();
        if (silent.Length > 0)
        {
            return new Problem(ProblemKind.Unavailable, $"{Names(silent)} did not answer: {consequence}");
        }

        var cold = failures.Where(failure => failure.ColdMs > 0).ToArray();
        if (cold.Length > 0)
        {
            return new Problem(ProblemKind.Unavailable, $"{Names(cold)} started recently and may not know all sessions yet: {consequence}")
            {
                RetryAfter = TimeSpan.FromMilliseconds(cold.Max(failure => failure.ColdMs)),
            };
        }

        var error = failures.All(failure => failure.IsTooOld)
            ? "answered as an older version: expected this app's version or a later one (upgrade router nodes first),"
            : $"answered an error ({failures[0].Status}):";
        return new Problem(ProblemKind.RouterError, $"{Names(failures)} {error} {consequence}");
    }

    private static string Names(IEnumerable<NodeFailure> failures)
    {
        var nodes = failures.Select(failure => failure.Node).Distinct().Order(StringComparer.Ordinal).ToArray();
        return $"router node{(nodes.Length > 1 ? "s" : "")} {string.Join(", ", nodes)}";
    }
}
