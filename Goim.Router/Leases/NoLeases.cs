namespace Goim.Router.Leases;

/// <summary>Leases are off: sessions stay until they are deleted, as in goim.</summary>
internal sealed class NoLeases : ILeases
{
    public long LeaseMs => 0;

    public ValueTask RenewAsync(int server) => ValueTask.CompletedTask;

    public ValueTask RenewAsync(IReadOnlyCollection<int> servers) => ValueTask.CompletedTask;

    public ValueTask GrantAsync(ICollection<int> servers) => ValueTask.CompletedTask;

    public ValueTask RenewAllAsync() => ValueTask.CompletedTask;

    public ValueTask<ExpiredLease?> ClaimExpiredAsync() => ValueTask.FromResult<ExpiredLease?>(null);

    public ValueTask<int> CountAsync() => ValueTask.FromResult(0);

    public ValueTask RemoveAsync(ExpiredLease lease) => ValueTask.CompletedTask;
}
