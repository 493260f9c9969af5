using System.Collections.Concurrent;
using Goim.Logic.Journal;
using Goim.Logic.Routing;
using Goim.Protocol;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Sessions;

/// <summary>
/// Deletes, by request id, the sessions of puts that failed but may have arrived. The node also refuses the put if it arrives later.
/// </summary>
/// <remarks>
/// At once if the node answers. Otherwise the journal does it; without the journal, or while its storage fails, this process does.
/// </remarks>
public sealed class AbandonedPuts(RouterClient router, RouterJournal journal, TimeProvider time, ILogger<AbandonedPuts> logger)
    : IDisposable
{
    /// <summary>Maximum number of puts that wait for one node in this process.</summary>
    private const int MaxWaiting = 100_000;

    /// <summary>Puts that one call deletes.</summary>
    private const int MaxAtOnce = 1_000;

    /// <summary>Maximum time of the first attempt: a caller waits for its answer.</summary>
    private static readonly TimeSpan FirstAttempt = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<string, NodeQueue> queues = new();
    private readonly CancellationTokenSource stopped = new();

    /// <summary>Sees to it that nothing is left of puts.</summary>
    /// <param name="node">Name of the node that was called.</param>
    /// <param name="puts">Puts with a request id.</param>
    internal async Task DeleteAsync(string node, IReadOnlyList<PutArg> puts)
    {
        var dels = puts.Select(put => new DelArg { UserId = put.UserId, RequestId = put.RequestId }).ToArray();
        if (await AreDeletedAtOnceAsync(node, dels))
        {
            return;
        }

        var written = await journal.WriteAsync([.. dels.Select(del => EntryOf(node, del))]);
        var queue = queues.GetOrAdd(node, static _ => new NodeQueue());
        for (var i = 0; i < dels.Length; i++)
        {
            if (written[i])
            {
                continue;
            }

            if (!queue.TryAdd(dels[i], out var isFirst))
            {
                logger.AbandonedPutForgotten(node, dels[i].UserId);
            }
            else if (isFirst)
            {
                // Shared work: must not inherit one caller's trace or log scope.
                using (ExecutionContext.SuppressFlow())
                {
                    _ = Task.Run(() => DeleteAllAsync(node, queue));
                }
            }
        }
    }

    public void Dispose()
    {
        stopped.Cancel();
        stopped.Dispose();
    }

    private static JournalEntry EntryOf(string node, DelArg del) =>
        new(node, 0) { UserId = del.UserId, RequestId = RequestId.Text(del.RequestId) };

    private async Task<bool> AreDeletedAtOnceAsync(string node, DelArg[] dels)
    {
        using var timeout = new CancellationTokenSource(FirstAttempt, time);
        try
        {
            return await router.MDelAtAsync(node, new MDelArg { Dels = { dels } }, timeout.Token) is true;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task DeleteAllAsync(string node, NodeQueue queue)
    {
        using var timer = new PeriodicTimer(RetryPeriod, time);
        try
        {
            while (queue.Next() is { Count: > 0 } dels)
            {
                if (await router.MDelAtAsync(node, new MDelArg { Dels = { dels } }, stopped.Token) is not false)
                {
                    queue.Remove(dels.Count);
                }
                else
                {
                    await timer.WaitForNextTickAsync(stopped.Token);
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // The app is stopping.
        }
    }

    /// <summary>The puts that wait for one node. One task takes them while there are any.</summary>
    private sealed class NodeQueue
    {
        private readonly Lock gate = new();
        private readonly Queue<DelArg> waiting = new();
        private bool isTaken;

        /// <summary>Adds a put. The caller must start the task if <paramref name="isFirst"/> is true. False if the queue is full.</summary>
        public bool TryAdd(DelArg put, out bool isFirst)
        {
            lock (gate)
            {
                isFirst = !isTaken;
                if (waiting.Count == MaxWaiting)
                {
                    return false;
                }

                waiting.Enqueue(put);
                isTaken = true;
                return true;
            }
        }

        /// <summary>The next puts. Empty, and the task has to end, if there are none.</summary>
        public List<DelArg> Next()
        {
            lock (gate)
            {
                isTaken = waiting.Count > 0;
                return [.. waiting.Take(MaxAtOnce)];
            }
        }

        public void Remove(int count)
        {
            lock (gate)
            {
                for (var i = 0; i < count; i++)
                {
                    waiting.Dequeue();
                }
            }
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Error,
        Message = "Router node {Node} may keep a session of user {User} that nobody knows: too many wait to be deleted.")]
    public static partial void AbandonedPutForgotten(this ILogger logger, string node, long user);
}
