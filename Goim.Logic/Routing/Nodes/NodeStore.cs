using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Where a node keeps its sessions, as its response headers <c>goim-store</c> and <c>goim-store-id</c> say.</summary>
/// <param name="mustBeShared">Whether only a shared store will do, because the node has several addresses.</param>
/// <param name="changed">Called when the store has become known, unknown, or another one.</param>
internal sealed class NodeStore(bool mustBeShared, Action changed)
{
    private const string Shared = "redis";
    private volatile Store? known;

    /// <summary>Whether other nodes see the same sessions. Null until the node has answered.</summary>
    public bool? IsShared => known is { } store ? store.Kind == Shared : null;

    /// <summary>16 hex digits that change when the store has lost its sessions. Empty until the node has answered.</summary>
    public string Id => known?.Id ?? "";

    /// <summary>What must be the same for all nodes: the id of a shared store, otherwise the kind. Null if it is not known.</summary>
    public string? Place => known is { IsDoubtful: false } store ? store.Kind == Shared ? store.Id : store.Kind : null;

    /// <summary>
    /// Whether the store must be known before the first real call. A node that is too old would ignore the call's request id or age, and
    /// one of several addresses or nodes might leave a session where the others do not see it.
    /// </summary>
    public bool IsAwaited => known is not { IsDoubtful: false };

    /// <summary>Whether the last answer was that of a node from before this app's protocol.</summary>
    public bool IsTooOld { get; private set; }

    /// <summary>Reads the response headers. Every answer counts: a node may have been restarted in another version or over another
    /// store.</summary>
    /// <exception cref="RpcException">The node is too old, or the store must be shared and is not.</exception>
    public void Learn(Metadata headers)
    {
        var (kind, id) = (headers.GetValue("goim-store"), headers.GetValue("goim-store-id"));
        IsTooOld = id is null;
        if (kind is null || id is null)
        {
            Set(null);
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "The node is older than this app."));
        }

        if (mustBeShared && kind != Shared)
        {
            Set(null);
            throw new RpcException(new Status(
                StatusCode.FailedPrecondition, "A node of several addresses does not keep its sessions in a shared store."));
        }

        if (known is not { IsDoubtful: false } before || before.Kind != kind || before.Id != id)
        {
            Set(new Store(kind, id));
        }
    }

    /// <summary>The store may have become another one: it has to be told again before the next call.</summary>
    public void Doubt() => Set(known is { } store ? store with { IsDoubtful = true } : null);

    private void Set(Store? store)
    {
        known = store;
        changed();
    }

    private sealed record Store(string Kind, string Id)
    {
        public bool IsDoubtful { get; init; }
    }
}
