using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>A node's answer, or its failure if <paramref name="Reply"/> is null.</summary>
internal readonly record struct NodeReply<TReply>(TReply? Reply, NodeFailure Failure)
    where TReply : class
{
    /// <summary>An answer that could not be used, or was not waited for.</summary>
    public static NodeReply<TReply> Failed(string node, StatusCode status) => new(null, new NodeFailure(node, status));
}
