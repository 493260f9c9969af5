using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>A router node that did not carry out a call.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Status">gRPC status of the call.</param>
internal readonly record struct NodeFailure(string Node, StatusCode Status)
{
    /// <summary>Whether the node is from before this app's protocol, or from before the method that was called.</summary>
    public bool IsTooOld { get; init; }

    /// <summary>The id of the node's store, as last known. Empty if it is not known.</summary>
    public string StoreId { get => field ?? ""; init; }

    /// <summary>
    /// How long a node that has just started does not know all sessions, in ms. 0 if that is not why the call failed.
    /// </summary>
    public int ColdMs { get; init; }

    /// <summary>The number of sessions that a user may have. 0 if that is not why the call failed.</summary>
    public int MaxSessions { get; init; }

    /// <summary>Why the node refused the call, if it said so.</summary>
    public RefusalReason Reason { get; init; }

    /// <summary>
    /// The user whose sessions alone exceed the limit of an answer (<see cref="RefusalReason.Size"/>). Null if that is not why the call
    /// failed.
    /// </summary>
    public long? TooLargeUser { get; init; }

    /// <summary>The nodes whose stores differ. Null if that is not why the call was not made.</summary>
    public StoreDifference? Difference { get; init; }

    /// <summary>Whether the node did not answer, or answered that it cannot reach its store.</summary>
    public bool IsUnreachable => Reason == RefusalReason.None && Status is StatusCode.Unavailable or StatusCode.DeadlineExceeded;

    /// <summary>Whether another node over the same store may carry out the call.</summary>
    public bool IsTriedElsewhere => (IsUnreachable && ColdMs == 0) || Reason == RefusalReason.Failover || IsOfOneProcess;

    /// <summary>Whether the refusal says nothing about other nodes over the same store.</summary>
    public bool IsOfOneProcess => Reason is RefusalReason.Token or RefusalReason.Model or RefusalReason.Buckets;

    /// <summary>Whether the failure tells of a fault. False for an answer that is a part of the protocol.</summary>
    public bool IsUnexpected => ColdMs == 0 && MaxSessions == 0 && Reason != RefusalReason.Size && Status != StatusCode.Aborted;

    /// <summary>Whether the status leaves open what the node did. Otherwise the node has refused the call.</summary>
    public bool IsOpen => Reason != RefusalReason.None
        ? Status == StatusCode.Unavailable
        : IsUnexpected && Status is not (StatusCode.InvalidArgument or StatusCode.ResourceExhausted
            or StatusCode.FailedPrecondition or StatusCode.Unimplemented or StatusCode.PermissionDenied);

    /// <summary>Whether an attempt of the call may have been carried out, or may still be.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>The failure of a lookup. If the answer for one user alone is too large, it names the user.</summary>
    public NodeFailure OfUser(ReadOnlySpan<long> userIds) =>
        Reason == RefusalReason.Size && userIds.Length == 1 ? this with { TooLargeUser = userIds[0] } : this;

    /// <summary>The failure of a call for many that writes. If its Redis is why the node refuses it, a part may have been carried out.
    /// </summary>
    public NodeFailure OfMany() =>
        Reason is RefusalReason.Full or RefusalReason.Replicas or RefusalReason.Foreign ? this with { MayHaveArrived = true } : this;

    /// <summary>The failure of a call that is not made, because the stores of nodes differ.</summary>
    // Without the id of a store: which of them has the session that a deletion is for is not known. The deletion's age spares what has
    // been put since.
    public static NodeFailure OfDifference(string node, StoreDifference difference) =>
        new(node, StatusCode.FailedPrecondition) { Difference = difference };

    /// <summary>
    /// One problem for all nodes that failed: stores that differ, or unreachable if one of them is, a reason if one of them gave one, cold
    /// if one of them is, otherwise an error of a node.
    /// </summary>
    /// <param name="failures">At least one.</param>
    /// <param name="consequence">The end of the sentence: what the failure means to the caller.</param>
    public static Problem Problem(IReadOnlyList<NodeFailure> failures, string consequence)
    {
        if (failures.Select(failure => failure.Difference).FirstOrDefault(each => each is not null) is { } difference)
        {
            return ProblemOf(difference, consequence);
        }

        var silent = failures.Where(failure => failure.IsUnreachable && failure.ColdMs == 0).ToArray();
        if (silent.Length > 0)
        {
            return new Problem(ProblemKind.Unavailable, $"{Names(silent)} did not answer: {consequence}");
        }

        if (failures.Select(failure => failure.TooLargeUser).FirstOrDefault(each => each is not null) is { } userId)
        {
            return new Problem(
                ProblemKind.TooLarge,
                $"user {userId} has more sessions than an answer of a router node holds ({RouterLimits.MaxSessions(1)}): {consequence}");
        }

        var refusals = failures.Where(failure => failure.Reason != RefusalReason.None)
            .GroupBy(failure => failure.Reason).MinBy(group => group.Key)?.ToArray();
        if (refusals is not null)
        {
            return RefusalReasons.Problem(
                refusals[0].Reason, Names(refusals), refusals.DistinctBy(failure => failure.Node).Count() == 1, consequence);
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

    private static Problem ProblemOf(StoreDifference difference, string consequence)
    {
        var isOne = difference.Nodes.Length == 1;
        var sentence = $"{Names(difference.Nodes)} {(isOne ? "keeps its" : "keep their")} sessions in different stores";
        return difference.IsLasting
            ? new Problem(
                ProblemKind.RouterError,
                $"{sentence}: expected one Redis for all of {(isOne ? "its addresses" : "them")} (RouterNode__Redis); {consequence}")
            : new Problem(ProblemKind.Unavailable, $"{sentence} at the moment: {consequence}");
    }

    private static string Names(IEnumerable<NodeFailure> failures) => Names(failures.Select(failure => failure.Node));

    private static string Names(IEnumerable<string> names)
    {
        var nodes = names.Distinct().Order(StringComparer.Ordinal).ToArray();
        return $"router node{(nodes.Length > 1 ? "s" : "")} {string.Join(", ", nodes)}";
    }
}
