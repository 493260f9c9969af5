using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>A router node that did not carry out a call.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Status">gRPC status of the call.</param>
internal readonly record struct NodeFailure(string Node, StatusCode Status)
{
    /// <summary>Whether the call certainly never reached the node.</summary>
    public bool IsUnsent { get; init; }

    public bool IsUnreachable => Status is StatusCode.Unavailable or StatusCode.DeadlineExceeded;

    /// <summary>One problem for all nodes that failed: unreachable if one of them is, otherwise an error of a node.</summary>
    /// <param name="failures">At least one.</param>
    /// <param name="consequence">The end of the sentence: what the failure means to the caller.</param>
    public static Problem Problem(IReadOnlyList<NodeFailure> failures, string consequence)
    {
        var unreachable = failures.Where(failure => failure.IsUnreachable).Select(failure => failure.Node).Distinct().ToArray();
        if (unreachable.Length > 0)
        {
            return new Problem(ProblemKind.Unavailable, $"router node{Names(unreachable)} did not answer: {consequence}");
        }

        var broken = failures.Select(failure => failure.Node).Distinct().ToArray();
        return new Problem(ProblemKind.RouterError, $"router node{Names(broken)} answered an error ({failures[0].Status}): {consequence}");
    }

    private static string Names(string[] nodes) =>
        $"{(nodes.Length > 1 ? "s" : "")} {string.Join(", ", nodes.Order(StringComparer.Ordinal))}";
}
