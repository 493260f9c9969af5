using Goim.Protocol;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Why a node refuses a call: the token, or what its trailer <c>goim-reason</c> says.</summary>
internal enum RefusalReason
{
    /// <summary>The node gave no reason, or one that this version does not know.</summary>
    None,

    /// <summary>The node does not accept the app's token (<see cref="Grpc.Core.StatusCode.Unauthenticated"/>).</summary>
    Token,

    /// <summary>Redis is failing over.</summary>
    Failover,

    /// <summary>Redis has no memory left.</summary>
    Full,

    /// <summary>Redis has too few replicas for the write.</summary>
    Replicas,

    /// <summary>A key of the node holds data that no node has written.</summary>
    Foreign,

    /// <summary>The data is that of another version of the node.</summary>
    Model,

    /// <summary>The data was written with another <c>RouterNode__Buckets</c>.</summary>
    Buckets,

    /// <summary>The node has too many scans to do.</summary>
    Scans,

    /// <summary>The answer would be too large.</summary>
    Size,
}

/// <summary>Reads reasons, and words them for a caller.</summary>
internal static class RefusalReasons
{
    /// <summary>The reason of that word.</summary>
    public static RefusalReason Of(string? word) => word switch
    {
        "failover" => RefusalReason.Failover,
        "full" => RefusalReason.Full,
        "replicas" => RefusalReason.Replicas,
        "foreign" => RefusalReason.Foreign,
        "model" => RefusalReason.Model,
        "buckets" => RefusalReason.Buckets,
        "scans" => RefusalReason.Scans,
        "size" => RefusalReason.Size,
        _ => RefusalReason.None,
    };

    /// <summary>The problem of nodes that refuse calls for one reason.</summary>
    /// <param name="reason">Not None.</param>
    /// <param name="nodes"><c>router node 1</c> or <c>router nodes 1, 2</c>.</param>
    /// <param name="isOne">Whether it is one node.</param>
    /// <param name="consequence">The end of the sentence: what the failure means to the caller.</param>
    public static Problem Problem(RefusalReason reason, string nodes, bool isOne, string consequence)
    {
        var (kind, sentence) = reason switch
        {
            RefusalReason.Token => (
                ProblemKind.RouterError, $"{nodes} {(isOne ? "does" : "do")} not accept this app's Router__Token"),
            RefusalReason.Failover => (ProblemKind.Unavailable, $"the Redis of {nodes} is failing over"),
            RefusalReason.Full => (ProblemKind.Unavailable, $"the Redis of {nodes} is full"),
            RefusalReason.Replicas => (ProblemKind.Unavailable, $"the Redis of {nodes} has too few replicas"),
            RefusalReason.Foreign => (
                ProblemKind.RouterError, $"the Redis of {nodes} holds foreign data in the {(isOne ? "node's" : "nodes'")} keys"),
            RefusalReason.Model => (
                ProblemKind.RouterError,
                $"{nodes} {(isOne ? "is" : "are")} of another version than the data in {(isOne ? "its" : "their")} Redis"),
            RefusalReason.Scans => (ProblemKind.TooMany, $"{nodes} {(isOne ? "has" : "have")} too many lists and counts to make at once"),
            RefusalReason.Size => (
                ProblemKind.TooLarge,
                $"the users have more sessions than an answer of {nodes} holds ({RouterLimits.MaxReplyBytes} bytes), expected fewer users"),
            _ => (
                ProblemKind.RouterError,
                $"{nodes} {(isOne ? "has" : "have")} another RouterNode__Buckets than the data in {(isOne ? "its" : "their")} Redis"),
        };
        var problem = new Problem(kind, $"{sentence}: {consequence}");
        return reason == RefusalReason.Full ? problem with { RetryAfter = null } : problem;
    }
}
