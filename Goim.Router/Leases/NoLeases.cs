namespace Goim.Router.Leases;

/// <summary>Sessions are kept until they are deleted, as in goim.</summary>
internal sealed class NoLeases : ILeases
{
    public ValueTask RenewAsync(int server) => ValueTask.CompletedTask;

    public ValueTask GrantAsync(ICollection<int> withSessions) => ValueTask.CompletedTask;

    public ValueTask ExtendAsync() => ValueTask.CompletedTask;

    public ValueTask<ExpiredLease?> NextExpiredAsync() => ValueTask.FromResult<ExpiredLease?>(null);

    public ValueTask DoneAsync(ExpiredLease lease) => ValueTask.CompletedTask;
}
