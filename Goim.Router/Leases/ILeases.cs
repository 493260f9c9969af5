namespace Goim.Router.Leases;

/// <summary>Until when each comet server's sessions are kept, with <c>RouterNode__ServerLease</c>.</summary>
internal interface ILeases
{
    /// <summary>A server is alive: its sessions are kept for a lease from now.</summary>
    ValueTask RenewAsync(int server);

    /// <summary>Gives a lease to the servers of <paramref name="withSessions"/> that have none.</summary>
    ValueTask GrantAsync(ICollection<int> withSessions);

    /// <summary>Gives every server a whole lease from now: none could renew while the store could not be reached.</summary>
    ValueTask ExtendAsync();

    /// <summary>A server whose lease is over, for this node to delete the sessions of; null if there is none.</summary>
    ValueTask<ExpiredLease?> NextExpiredAsync();

    /// <summary>The sessions of an expired server are deleted. If this is not said, it will be expired again.</summary>
    ValueTask DoneAsync(ExpiredLease lease);
}

/// <summary>A lease that is over.</summary>
/// <param name="Server">Of this comet server.</param>
/// <param name="EndUnixMs">When it ended.</param>
/// <param name="Claim">What it was marked with for this node.</param>
internal readonly record struct ExpiredLease(int Server, long EndUnixMs, long Claim);
