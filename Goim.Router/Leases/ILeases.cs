namespace Goim.Router.Leases;

/// <summary>
/// The leases of comet servers (<c>RouterNode__ServerLease</c>). When a server's lease expires, a node deletes the server's sessions.
/// </summary>
internal interface ILeases
{
    /// <summary>Length of a lease in ms; 0 without leases.</summary>
    long LeaseMs { get; }

    /// <summary>Renews the server's lease: it now ends one lease time from now.</summary>
    ValueTask RenewAsync(int server);

    /// <summary>Renews the leases of many servers.</summary>
    ValueTask RenewAsync(IReadOnlyCollection<int> servers);

    /// <summary>Gives a lease to each of <paramref name="servers"/> that has none.</summary>
    ValueTask GrantAsync(ICollection<int> servers);

    /// <summary>Renews every lease. To be called after an outage of the store, during which no server could renew.</summary>
    ValueTask RenewAllAsync();

    /// <summary>Claims one expired lease, so that this node deletes the server's sessions. Null if no lease has expired.</summary>
    ValueTask<ExpiredLease?> ClaimExpiredAsync();

    /// <summary>Number of comet servers with a lease, also of those whose lease has ended and is not removed yet.</summary>
    ValueTask<int> CountAsync();

    /// <summary>Removes a claimed lease after its server's sessions were deleted. Otherwise the lease can be claimed again.</summary>
    ValueTask RemoveAsync(ExpiredLease lease);
}

/// <summary>An expired lease that this node has claimed.</summary>
/// <param name="Server">Id of the comet server.</param>
/// <param name="AgeMs">How long ago the lease ended, in ms, when it was claimed.</param>
/// <param name="StoredEnd">The end that the store has since the claim. It differs once the server has renewed its lease.</param>
internal readonly record struct ExpiredLease(int Server, long AgeMs, long StoredEnd);
