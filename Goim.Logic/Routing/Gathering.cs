using System.Diagnostics;

namespace Goim.Logic.Routing;

/// <summary>Which lookups at one node wait for the next call, and how many calls are under way.</summary>
internal sealed class Gathering : IDisposable
{
    /// <summary>Lookups kept to be used again.</summary>
    private const int Kept = 1_024;

    private readonly int batchSize;
    private readonly TimeSpan patience;
    private readonly Action<List<GatheredGet>, int> onOverdue;
    private readonly Timer overdue;
    private readonly Lock gate = new();
    private readonly Stack<GatheredGet> unused = new();
    private List<GatheredGet> gathered = [];
    private List<GatheredGet>? spare;
    private long gatheredSince;
    private bool isTimed;
    private int underWay;
    private int generation;

    /// <param name="batchSize">Lookups in one call.</param>
    /// <param name="patience">How long lookups wait for the call under way.</param>
    /// <param name="onOverdue">Makes a call beside it for those that have waited so long, in the generation that it is given.</param>
    public Gathering(int batchSize, TimeSpan patience, Action<List<GatheredGet>, int> onOverdue)
    {
        (this.batchSize, this.patience, this.onOverdue) = (batchSize, patience, onOverdue);
        overdue = new Timer(static gathering => ((Gathering)gathering!).OnOverdue(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>A lookup that waits, and all that are to be called for now if it makes a whole batch of them; null if no call is under way, which is the caller's turn then.</summary>
    public GatheredGet? Join(long userId, out List<GatheredGet>? full, out int ofGeneration)
    {
        full = null;
        lock (gate)
        {
            ofGeneration = generation;
            if (underWay == 0)
            {
                underWay = 1;
                return null;
            }

            if (gathered.Count == 0)
            {
                gatheredSince = Stopwatch.GetTimestamp();
            }

            if (!isTimed)
            {
                isTimed = overdue.Change(patience, Timeout.InfiniteTimeSpan);
            }

            var get = unused.TryPop(out var again) ? again : new GatheredGet(this);
            get.Begin(userId);
            gathered.Add(get);
            if (gathered.Count == batchSize)
            {
                full = Take();
                underWay++;
            }

            return get;
        }
    }

    /// <summary>A call has ended: those to call for next; null if there are none, or another call under way will see to them.</summary>
    /// <param name="ofGeneration">The call's. One that others have stopped waiting for does not count any more.</param>
    public List<GatheredGet>? Next(int ofGeneration)
    {
        lock (gate)
        {
            if (ofGeneration != generation)
            {
                return null;
            }

            if (gathered.Count > 0 && underWay == 1)
            {
                return Take();
            }

            underWay--;
            return null;
        }
    }

    /// <summary>Nobody holds it any more.</summary>
    public void Return(GatheredGet get)
    {
        lock (gate)
        {
            if (unused.Count < Kept)
            {
                unused.Push(get);
            }
        }
    }

    /// <summary>Each in it is told.</summary>
    public void Return(List<GatheredGet> told)
    {
        told.Clear();
        lock (gate)
        {
            spare = told;
        }
    }

    public void Dispose() => overdue.Dispose();

    private List<GatheredGet> Take()
    {
        var taken = gathered;
        gathered = spare ?? [];
        spare = null;
        return taken;
    }

    private void OnOverdue()
    {
        List<GatheredGet> late;
        int next;
        lock (gate)
        {
            isTimed = false;
            if (gathered.Count == 0)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(gatheredSince) is var waited && waited < patience)
            {
                isTimed = overdue.Change(patience - waited, Timeout.InfiniteTimeSpan);
                return;
            }

            // Those under way may never end: nobody waits for them from now on but who asked.
            late = Take();
            underWay = 1;
            next = ++generation;
        }

        onOverdue(late, next);
    }
}
