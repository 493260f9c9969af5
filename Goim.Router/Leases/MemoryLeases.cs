using Goim.Protocol;
using Microsoft.Extensions.Options;

namespace Goim.Router.Leases;

/// <summary>Keeps the leases in this process, for a node that keeps its sessions in this process.</summary>
internal sealed class MemoryLeases(IOptions<RouterNodeOptions> options, TimeProvider time) : ILeases
{
    private readonly Lock gate = new();

    // End of each lease by comet server, in ms of a clock that nobody sets.
    private readonly Dictionary<int, long> ends = new(SeededIntComparer.Instance);
    private readonly long start = time.GetTimestamp();

    public long LeaseMs { get; } = (long)options.Value.ServerLease.TotalMilliseconds;

    private long Now => (long)time.GetElapsedTime(start).TotalMilliseconds;

    private long NewEnd => Now + LeaseMs;

    public ValueTask RenewAsync(int server)
    {
        lock (gate)
        {
            ends[server] = NewEnd;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask RenewAsync(IReadOnlyCollection<int> servers)
    {
        lock (gate)
        {
            var end = NewEnd;
            foreach (var server in servers)
            {
                ends[server] = end;
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask GrantAsync(ICollection<int> servers)
    {
        lock (gate)
        {
            foreach (var server in servers)
            {
                ends.TryAdd(server, NewEnd);
            }
        }

        return ValueTask.CompletedTask;
    }

    // This store has no outages.
    public ValueTask RenewAllAsync() => ValueTask.CompletedTask;

    public ValueTask<ExpiredLease?> ClaimExpiredAsync()
    {
        lock (gate)
        {
            var now = Now;
            foreach (var (server, end) in ends)
            {
                if (end <= now)
                {
                    return ValueTask.FromResult<ExpiredLease?>(new ExpiredLease(server, now - end, end));
                }
            }
        }

        return ValueTask.FromResult<ExpiredLease?>(null);
    }

    public ValueTask<int> CountAsync()
    {
        lock (gate)
        {
            return ValueTask.FromResult(ends.Count);
        }
    }

    public ValueTask RemoveAsync(ExpiredLease lease)
    {
        lock (gate)
        {
            // Not if the server has renewed its lease since the claim.
            if (ends.TryGetValue(lease.Server, out var end) && end == lease.StoredEnd)
            {
                ends.Remove(lease.Server);
            }
        }

        return ValueTask.CompletedTask;
    }
}
