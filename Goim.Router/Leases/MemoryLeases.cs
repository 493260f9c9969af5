using Microsoft.Extensions.Options;

namespace Goim.Router.Leases;

/// <summary>Leases in this process, beside its sessions.</summary>
internal sealed class MemoryLeases(IOptions<RouterNodeOptions> options, TimeProvider time) : ILeases
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, long> ends = [];

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long End => Now + (long)options.Value.ServerLease.TotalMilliseconds;

    public ValueTask RenewAsync(int server)
    {
        lock (gate)
        {
            ends[server] = End;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask GrantAsync(ICollection<int> withSessions)
    {
        lock (gate)
        {
            foreach (var server in withSessions)
            {
                ends.TryAdd(server, End);
            }
        }

        return ValueTask.CompletedTask;
    }

    // The store is this process.
    public ValueTask ExtendAsync() => ValueTask.CompletedTask;

    public ValueTask<ExpiredLease?> NextExpiredAsync()
    {
        lock (gate)
        {
            foreach (var (server, end) in ends)
            {
                if (end <= Now)
                {
                    return ValueTask.FromResult<ExpiredLease?>(new ExpiredLease(server, end, end));
                }
            }
        }

        return ValueTask.FromResult<ExpiredLease?>(null);
    }

    public ValueTask DoneAsync(ExpiredLease lease)
    {
        lock (gate)
        {
            // It may have been renewed meanwhile.
            if (ends.TryGetValue(lease.Server, out var end) && end == lease.Claim)
            {
                ends.Remove(lease.Server);
            }
        }

        return ValueTask.CompletedTask;
    }
}
