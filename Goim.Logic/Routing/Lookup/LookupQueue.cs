using System.Diagnostics;

namespace Goim.Logic.Routing.Lookup;

/// <summary>The lookups that wait for the next call to one node, and how many calls are under way.</summary>
internal sealed class LookupQueue : IDisposable
{
    /// <summary>Most objects that are kept for further lookups.</summary>
    private const int PoolSize = 1_024;

    private readonly int batchSize;
    private readonly TimeSpan maxWait;
    private readonly Action<List<PendingLookup>, int> onOverdue;
    private readonly Timer overdue;
    private readonly Lock gate = new();
    private readonly Stack<PendingLookup> pool = new();
    private List<PendingLookup> waiting = [];
    private List<PendingLookup>? spare;
    private long waitingSince;
    private bool isTimed;
    private int callsUnderWay;
    private int generation;

    /// <param name="batchSize">Most lookups in one call.</param>
    /// <param name="maxWait">How long lookups wait for the calls under way.</param>
    /// <param name="onOverdue">Makes a call for lookups that have waited so long. Gets them, and the call's generation.</param>
    public LookupQueue(int batchSize, TimeSpan maxWait, Action<List<PendingLookup>, int> onOverdue)
    {
        (this.batchSize, this.maxWait, this.onOverdue) = (batchSize, maxWait, onOverdue);
        overdue = new Timer(static queue => ((LookupQueue)queue!).OnOverdue(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Adds a lookup to those that wait. Null if no call is under way: then the caller makes one at once.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="full">A whole batch, for which the caller makes a call now; null if there is none.</param>
    /// <param name="ofGeneration">The generation of the call that the caller makes.</param>
    public PendingLookup? Join(long userId, out List<PendingLookup>? full, out int ofGeneration)
    {
        full = null;
        lock (gate)
        {
            ofGeneration = generation;
            if (callsUnderWay == 0)
            {
                callsUnderWay = 1;
                return null;
            }

            if (waiting.Count == 0)
            {
                waitingSince = Stopwatch.GetTimestamp();
            }

            if (!isTimed)
            {
                isTimed = overdue.Change(maxWait, Timeout.InfiniteTimeSpan);
            }

            var lookup = pool.TryPop(out var pooled) ? pooled : new PendingLookup(this);
            lookup.Begin(userId);
            waiting.Add(lookup);
            if (waiting.Count == batchSize)
            {
                full = Take();
                callsUnderWay++;
            }

            return lookup;
        }
    }

    /// <summary>A call has ended. The lookups for the next call, or null if none wait or another call under way will take them.</summary>
    /// <param name="ofGeneration">Generation of the call that ended. Calls of an earlier generation do not count any more.</param>
    public List<PendingLookup>? Next(int ofGeneration)
    {
        lock (gate)
        {
            if (ofGeneration != generation)
            {
                return null;
            }

            if (waiting.Count > 0 && callsUnderWay == 1)
            {
                return Take();
            }

            callsUnderWay--;
            return null;
        }
    }

    /// <summary>Returns a lookup to the pool.</summary>
    public void Return(PendingLookup lookup)
    {
        lock (gate)
        {
            if (pool.Count < PoolSize)
            {
                pool.Push(lookup);
            }
        }
    }

    /// <summary>Returns a list whose lookups are all answered.</summary>
    public void Return(List<PendingLookup> answered)
    {
        answered.Clear();
        lock (gate)
        {
            spare = answered;
        }
    }

    public void Dispose() => overdue.Dispose();

    private List<PendingLookup> Take()
    {
        var taken = waiting;
        waiting = spare ?? [];
        spare = null;
        return taken;
    }

    private void OnOverdue()
    {
        List<PendingLookup> late;
        int next;
        lock (gate)
        {
            isTimed = false;
            if (waiting.Count == 0)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(waitingSince) is var waited && waited < maxWait)
            {
                isTimed = overdue.Change(maxWait - waited, Timeout.InfiniteTimeSpan);
                return;
            }

            // The calls under way may never end. A new generation begins, which does not wait for them.
            late = Take();
            callsUnderWay = 1;
            next = ++generation;
        }

        onOverdue(late, next);
    }
}
