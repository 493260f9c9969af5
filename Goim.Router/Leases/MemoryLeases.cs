using Microsoft.Extensions.Options;

namespace Goim.Router.Leases;

/// <summary>Leases in this process, beside its sessions.</summary>
internal sealed class MemoryLeases(IOptions<RouterNodeOptions> options, TimeProvider time) : ILeases
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, DateTimeOffset> ends = [];

    public ValueTask RenewAsync(int server)
    {
        lock (gate)
        {
            ends[server] = time.GetUtcNow() + options.Value.ServerLease;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask GrantAsync(ICollection<int> withSessions)
    {
        lock (gate)
        {
            foreach (var server in withSessions)
            {
                ends.TryAdd(server, time.GetUtcNow() + options.Value.ServerLease);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<int>> ExpiredAsync()
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<int>>([.. ends.Where(lease => lease.Value <= now).Select(lease => lease.Key)]);
        }
    }

    public ValueTask DoneAsync(int server)
    {
        lock (gate)
        {
            // It may have been renewed meanwhile.
            if (ends.TryGetValue(server, out var end) && end <= time.GetUtcNow())
            {
                ends.Remove(server);
            }
        }

        return ValueTask.CompletedTask;
    }
}
