using Grpc.Core;

namespace Goim.Router;

/// <summary>
/// The turns of scans of one kind. One runs at once, so that they leave the node to other calls. A caller that is slow to take a page has
/// no turn meanwhile.
/// </summary>
internal sealed class ScanGate(TimeProvider time) : IDisposable
{
    /// <summary>Maximum number of calls that wait for their turn.</summary>
    private const int MaxWaiting = 100;

    /// <summary>Maximum wait. A call with a deadline waits for half of what is left of it, if that is less.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim turns = new(1);
    private int waiting;

    /// <summary>Runs a scan when it has its turn.</summary>
    /// <param name="scanAsync">The scan.</param>
    /// <param name="deadline">Deadline of the call.</param>
    /// <param name="cancellationToken">Cancelled when the caller is gone.</param>
    /// <exception cref="RpcException">ResourceExhausted: too many calls wait, or this one has waited too long.</exception>
    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> scanAsync, DateTime deadline, CancellationToken cancellationToken)
    {
        if (!turns.Wait(0, CancellationToken.None) && !await WaitAsync(deadline, cancellationToken))
        {
            throw Refusals.TooManyScans();
        }

        try
        {
            return await scanAsync();
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose() => turns.Dispose();

    private async ValueTask<bool> WaitAsync(DateTime deadline, CancellationToken cancellationToken)
    {
        try
        {
            return Interlocked.Increment(ref waiting) <= MaxWaiting
                && await turns.WaitAsync(LongestWait(deadline), cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    private TimeSpan LongestWait(DateTime deadline)
    {
        var half = (deadline - time.GetUtcNow().UtcDateTime) / 2;
        return half > MaxWait ? MaxWait : half < TimeSpan.Zero ? TimeSpan.Zero : half;
    }
}

/// <summary>The kinds of scans. Each has its own turns, so that callers who list users do not keep out those who count.</summary>
internal sealed class Scans(TimeProvider time) : IDisposable
{
    /// <summary>Scans that read the ids of a page of users.</summary>
    public ScanGate Pages { get; } = new(time);

    /// <summary>Scans that count the sessions by room or by comet server.</summary>
    public ScanGate Counts { get; } = new(time);

    public void Dispose()
    {
        Pages.Dispose();
        Counts.Dispose();
    }
}
