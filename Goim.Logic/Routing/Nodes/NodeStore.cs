using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Where a node keeps its sessions, as its response header <c>goim-store</c> says.</summary>
/// <param name="mustBeShared">Whether only a shared store will do, because the node has several addresses.</param>
internal sealed class NodeStore(bool mustBeShared)
{
    private const string Shared = "redis";
    private volatile string? store;

    /// <summary>Whether other nodes see the same sessions. Null until the node has answered.</summary>
    public bool? IsShared => store is { } known ? known == Shared : null;

    /// <summary>
    /// Whether the store must be known before the first real call, which might otherwise leave a session where the other addresses do not
    /// see it.
    /// </summary>
    public bool IsAwaited => mustBeShared && store is null;

    /// <summary>Reads the response headers. Every answer counts: a node may have been restarted over another store.</summary>
    /// <exception cref="RpcException">The store must be shared and is not.</exception>
    public void Learn(Metadata headers)
    {
        var now = headers.GetValue("goim-store");
        if (mustBeShared && now != Shared)
        {
            throw new RpcException(new Status(
                StatusCode.FailedPrecondition, "A node of several addresses does not keep its sessions in a shared store."));
        }

        store = now;
    }
}
