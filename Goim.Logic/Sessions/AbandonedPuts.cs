using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
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
    private const int MaxWaiting = 10_000;

    /// <summary>Maximum time of the first attempt: a caller waits for its answer.</summary>
    private static readonly TimeSpan FirstAttempt = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<string, NodeQueue> queues = new();
    private readonly CancellationTokenSource stopped = new();

    /// <summary>Sees to it that nothing is left of a put.</summary>
    /// <param name="node">Name of the node that was called.</param>
    /// <param name="put">A put with a request id.</param>
    internal async Task DeleteAsync(string node, PutArg put)
    {
        var del = new DelArg { UserId = put.UserId, RequestId = put.RequestId };
        if (await IsDeletedAtOnceAsync(node, del))
        {
            return;
        }

        var entry = new JournalEntry(node, 0)
        {
            UserId = put.UserId,
            RequestId = Sessions.RequestId.Text(put.RequestId),
        };
        if (await journal.WriteAsync(entry, CancellationToken.None))
        {
            return;
        }

        var queue = queues.GetOrAdd(node, static _ => new NodeQueue());
        if (!queue.TryAdd(del, out var isFirst))
        {
            logger.AbandonedPutForgotten(node, put.UserId);
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

    public void Dispose()
    {
        stopped.Cancel();
        stopped.Dispose();
    }

    private async Task<bool> IsDeletedAtOnceAsync(string node, DelArg put)
    {
        using var timeout = new CancellationTokenSource(FirstAttempt, time);
        try
        {
            return await router.DelAtAsync(node, () => put, timeout.Token) is true;
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
            while (queue.TryPeek(out var put))
            {
                if (await router.DelAtAsync(node, () => put, stopped.Token) is not false)
                {
                    queue.Remove();
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

        /// <summary>The next put. False, and the task has to end, if there is none.</summary>
        public bool TryPeek([NotNullWhen(true)] out DelArg? put)
        {
            lock (gate)
            {
                return isTaken = waiting.TryPeek(out put);
            }
        }

        public void Remove()
        {
            lock (gate)
            {
                waiting.Dequeue();
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
