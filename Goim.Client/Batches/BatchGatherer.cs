using System.Runtime.CompilerServices;

namespace Goim.Client.Batches;

/// <summary>Gathers pushes into batches, by number, bytes and time.</summary>
internal static class BatchGatherer
{
    private static readonly TimeSpan LeaveAfter = TimeSpan.FromSeconds(1);

    /// <summary>Batches of one push or more, in order. The source is read no further than one push ahead.</summary>
    public static async IAsyncEnumerable<List<PendingPush>> GatherAsync(
        IAsyncEnumerable<BatchPush> pushes, BatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var source = WithLinesAsync(pushes, end.Token).GetAsyncEnumerator(end.Token);
        var next = source.MoveNextAsync().AsTask();
        var cancelled = Task.Delay(Timeout.Infinite, end.Token);
        PendingPush? left = null;
        try
        {
            while (left is not null || await NextAsync(next, cancelled).ConfigureAwait(false))
            {
                var batch = new List<PendingPush>();
                var bytes = 0;
                var wait = Task.Delay(options.MaxWait, end.Token);
                do
                {
                    var push = left ?? source.Current;
                    if (left is null)
                    {
                        next = source.MoveNextAsync().AsTask();
                    }

                    left = batch.Count > 0 && bytes + push.Line.Length > options.MaxBytes ? push : null;
                    if (left is not null)
                    {
                        break;
                    }

                    bytes += push.Line.Length;
                    batch.Add(push);
                }
                while (batch.Count < options.MaxPushes && await HasNextAsync(next, wait).ConfigureAwait(false));
                yield return batch;
            }
        }
        finally
        {
            end.Cancel();
            await EndAsync(source, next).ConfigureAwait(false);
        }
    }

    // A push that is not valid fails as the source does.
    private static async IAsyncEnumerable<PendingPush> WithLinesAsync(
        IAsyncEnumerable<BatchPush> pushes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var push in pushes.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return new PendingPush(push);
        }
    }

    // Whether there is another push. A source that does not end when it is told to is left.
    private static async Task<bool> NextAsync(Task<bool> next, Task cancelled)
    {
        await Task.WhenAny(next, cancelled).ConfigureAwait(false);
        return next.IsCompleted ? await next.ConfigureAwait(false) : throw new TaskCanceledException(cancelled);
    }

    // An enumerator must not be disposed of while it moves. A source that is told to end does so soon, or later.
    private static async Task EndAsync(IAsyncEnumerator<PendingPush> source, Task<bool> next)
    {
        await Task.WhenAny(next, Task.Delay(LeaveAfter)).ConfigureAwait(false);
        var end = next.ContinueWith(
            moved =>
            {
                _ = moved.Exception;
                return source.DisposeAsync().AsTask();
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Unwrap();
        if (next.IsCompleted)
        {
            await end.ConfigureAwait(false);
        }
    }

    // A source that fails ends the batch. The failure is thrown when the batch is sent, and the source is asked again.
    private static async Task<bool> HasNextAsync(Task<bool> next, Task wait)
    {
        await Task.WhenAny(next, wait).ConfigureAwait(false);
        return next.Status == TaskStatus.RanToCompletion && next.Result;
    }
}

/// <summary>A push with its line.</summary>
internal sealed class PendingPush(BatchPush push)
{
    public BatchPush Push { get; } = push ?? throw new ArgumentException("A push of the batch is null.");

    /// <summary>Its line, UTF-8.</summary>
    public byte[] Line { get; } = BatchLine.Of(push);

    /// <summary>What has become of it. Null if it has not been sent yet.</summary>
    public PushResult? Result { get; set; }
}
