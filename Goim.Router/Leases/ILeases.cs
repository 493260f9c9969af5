namespace Goim.Router.Leases;

/// <summary>Until when each comet server's sessions are kept, with <c>RouterNode__ServerLease</c>.</summary>
internal interface ILeases
{
    /// <summary>A server is alive: its sessions are kept for a lease from now.</summary>
    ValueTask RenewAsync(int server);

    /// <summary>Gives a lease to the servers of <paramref name="withSessions"/> that have none, as after a restart.</summary>
    ValueTask GrantAsync(ICollection<int> withSessions);

    /// <summary>Servers whose lease is over, for this node to delete the sessions of.</summary>
    ValueTask<IReadOnlyList<int>> ExpiredAsync();

    /// <summary>The sessions of an expired server are deleted. If this is not said, it will be expired again.</summary>
    ValueTask DoneAsync(int server);
}
