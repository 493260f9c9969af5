namespace Goim.Logic.Routing;

/// <summary>A node's answer, or its failure where <paramref name="Reply"/> is null.</summary>
internal readonly record struct NodeReply<TReply>(TReply? Reply, NodeFailure Failure)
    where TReply : class;
