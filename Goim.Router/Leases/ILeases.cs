namespace Goim.Router.Leases;

/// <summary>
/// The leases of comet servers (<c>RouterNode__ServerLease</c>). When a server's lease expires, a node deletes the server's sessions.
/// </summary>
internal interface ILeases
{
    /// <summary>Renews the server's lease: it now ends one lease time from now.</summary>
    ValueTask RenewAsync(int server);

    /// <summary>Gives a lease to each of <paramref name="servers"/> that has none.</summary>
    ValueTask GrantAsync(ICollection<int> servers);

    /// <summary>Renews every lease. To be called after an outage of the store, during which no server could renew.</summary>
    ValueTask RenewAllAsync();

    /// <summary>Claims one expired lease, so that this node deletes the server's sessions. Null if no lease has expired.</summary>
    ValueTask<ExpiredLease?> ClaimExpiredAsync();

    /// <summary>Removes a claimed lease after its server's sessions were deleted. Otherwise the lease can be claimed again.</summary>
    ValueTask RemoveAsync(ExpiredLease lease);
}

/// <summary>An expired lease that this node has claimed.</summary>
/// <param name="Server">Id of the comet server.</param>
/// <param name="EndUnixMs">When the lease ended: Unix time in ms.</param>
/// <param name="StoredEndUnixMs">The end that the store has since the claim. It differs once the server has renewed its lease.</param>
internal readonly record struct ExpiredLease(int Server, long EndUnixMs, long StoredEndUnixMs);
