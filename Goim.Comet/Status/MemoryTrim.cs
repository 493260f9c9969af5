using Goim.Comet.Counters;

namespace Goim.Comet.Status;

/// <summary>
/// Gives back the memory that many connects have taken, when they are over. What lives while clients are registered survives the quick
/// collections, and an idle comet has no full one: a third of its memory would stay unused.
/// </summary>
/// <param name="counters">Has the number of connects.</param>
internal sealed class MemoryTrim(CometCounters counters) : BackgroundService
{
    /// <summary>Connects after which it is worth while.</summary>
    private const long ManyConnects = 1_000;

    /// <summary>
    /// Bytes of the heap above which a full collection would stop the comet for too long. It takes about 60 ms with 10,000 connections, or
    /// 60 MB.
    /// </summary>
    private const long LargeHeap = 128 * 1024 * 1024;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        var (trimmed, last) = (0L, 0L);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = counters.Connects;
            if (now == last && now - trimmed >= ManyConnects && GC.GetTotalMemory(forceFullCollection: false) < LargeHeap)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                trimmed = now;
            }

            last = now;
        }
    }
}
