namespace Goim.Logic.Routing.Nodes;

/// <summary>The part of a call for many that failed for one reason.</summary>
/// <param name="Failure">The reason.</param>
/// <param name="Indexes">Places of the sessions among those of the call, ascending.</param>
internal readonly record struct FailedPart(NodeFailure Failure, IReadOnlyList<int> Indexes);
