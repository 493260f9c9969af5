namespace Goim.Router.Leases;

/// <summary>Sessions are kept until they are deleted, as in goim.</summary>
internal sealed class NoLeases : ILeases
{
    public ValueTask RenewAsync(int server) => ValueTask.CompletedTask;

    public ValueTask GrantAsync(ICollection<int> withSessions) => ValueTask.CompletedTask;

    public ValueTask<IReadOnlyList<int>> ExpiredAsync() => ValueTask.FromResult<IReadOnlyList<int>>([]);

    public ValueTask DoneAsync(int server) => ValueTask.CompletedTask;
}
