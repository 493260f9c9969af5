using Grpc.Core;

namespace Goim.Logic.Routing;

/// <summary>Where a node keeps its sessions, as it says in the header <c>goim-store</c>.</summary>
/// <param name="severalAddresses">Whether it must be a store that others share, since the node has several addresses.</param>
internal sealed class NodeStore(bool severalAddresses)
{
    private const string Shared = "redis";
    private volatile string? told;

    /// <summary>Whether it is where the other nodes keep theirs; null while the node has not said.</summary>
    public bool? IsShared => told is { } known ? known == Shared : null;

    /// <summary>Whether it must be known before a call that would leave a session where the other addresses do not see it.</summary>
    public bool IsAwaited => severalAddresses && told is null;

    /// <summary>Reads what an answer says, every one: a node may have been started anew over another store.</summary>
    /// <exception cref="RpcException">It must be shared and is not.</exception>
    public void Learn(Metadata headers)
    {
        var now = headers.GetValue("goim-store");
        if (severalAddresses && now != Shared)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "A node of several addresses does not keep its sessions in a shared store."));
        }

        told = now;
    }
}
