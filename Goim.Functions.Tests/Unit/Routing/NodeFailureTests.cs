using Goim.Functions.Tests.Hosting;
using Goim.Logic;
using Goim.Logic.Routing.Nodes;
using Grpc.Core;

namespace Goim.Functions.Tests.Unit.Routing;

public sealed class NodeFailureTests
{
    [Theory]
    [InlineData(StatusCode.Unavailable, RefusalReason.None, true)]
    [InlineData(StatusCode.ResourceExhausted, RefusalReason.None, false)]
    [InlineData(StatusCode.Unauthenticated, RefusalReason.Token, false)]
    [InlineData(StatusCode.ResourceExhausted, RefusalReason.Full, false)]
    [InlineData(StatusCode.FailedPrecondition, RefusalReason.Replicas, false)]
    [InlineData(StatusCode.Internal, RefusalReason.Foreign, false)]
    [InlineData(StatusCode.Unavailable, RefusalReason.Replicas, true)]
    [InlineData(StatusCode.Unavailable, RefusalReason.Failover, true)]
    internal void A_reason_leaves_the_outcome_open_only_with_Unavailable(StatusCode status, RefusalReason reason, bool isOpen) =>
        Assert.Equal(isOpen, new NodeFailure("1", status) { Reason = reason }.IsOpen);

    [Theory]
    [InlineData(RefusalReason.Token, "router nodes 1, 2 do not accept this app's Router__Token: so.")]
    [InlineData(RefusalReason.Full, "the Redis of router nodes 1, 2 is full: so.")]
    [InlineData(RefusalReason.Foreign, "the Redis of router nodes 1, 2 holds foreign data in the nodes' keys: so.")]
    [InlineData(RefusalReason.Model, "router nodes 1, 2 are of another version than the data in their Redis: so.")]
    [InlineData(RefusalReason.Buckets, "router nodes 1, 2 have another RouterNode__Buckets than the data in their Redis: so.")]
    internal void Nodes_with_one_reason_are_named_in_one_sentence(RefusalReason reason, string sentence)
    {
        NodeFailure[] failures = [.. new[] { "2", "1" }.Select(
            node => new NodeFailure(node, StatusCode.FailedPrecondition) { Reason = reason })];

        Assert.Equal(sentence, NodeFailure.Problem(failures, "so.").Error);
    }

    [Fact]
    public void A_node_that_does_not_answer_goes_first_and_stores_that_differ_before_it()
    {
        var silent = new NodeFailure("2", StatusCode.Unavailable);
        var full = new NodeFailure("1", StatusCode.ResourceExhausted) { Reason = RefusalReason.Full };
        var differing = NodeFailure.OfDifference("1", new StoreDifference(["1", "2"], IsLasting: true));
        var changing = NodeFailure.OfDifference("1", new StoreDifference(["1", "2"], IsLasting: false));

        Assert.Equal("router node 2 did not answer: so.", NodeFailure.Problem([full, silent], "so.").Error);
        var problem = NodeFailure.Problem([silent, differing], "so.");
        Assert.StartsWith("router nodes 1, 2 keep their sessions in different stores", problem.Error, StringComparison.Ordinal);
        Assert.Equal(ProblemKind.RouterError, problem.Kind);
        var passing = NodeFailure.Problem([silent, changing], "so.");
        Assert.Equal(
            (ProblemKind.Unavailable, "router nodes 1, 2 keep their sessions in different stores at the moment: so."),
            (passing.Kind, passing.Error));
    }

    [Fact]
    public void Refusals_are_logged_once_a_second_for_each_reason_and_other_failures_each_time()
    {
        using var lines = new LogLines();
        var log = new NodeLog("1", lines);
        for (var i = 0; i < 3; i++)
        {
            log.Failed(new NodeFailure("1", StatusCode.ResourceExhausted) { Reason = RefusalReason.Full }, "full");
            log.Failed(new NodeFailure("1", StatusCode.Unavailable) { Reason = RefusalReason.Replicas }, "replicas");
            log.Failed(new NodeFailure("1", StatusCode.Unavailable), "other");
        }

        Assert.Equal((1, 1, 3), (lines.Count("full"), lines.Count("replicas"), lines.Count("other")));
    }
}
