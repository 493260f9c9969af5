using Goim.Logic.Delivery;
using Goim.Logic.Idempotency;

namespace Goim.Logic.Push.Batch;

/// <summary>
/// Delivers the pushes of a batch in order. If the producer's queue cannot hold them all at once, they go through it piece by piece.
/// </summary>
public sealed class BatchDelivery(RecordProducer producer)
{
    /// <summary>Most pushes that are queued together.</summary>
    private const int PiecePushes = 512;

    private static readonly Problem CallerLeft = new(ProblemKind.Unavailable, "the caller left: nothing was sent.");
    private static readonly Problem QueueFull =
        new(ProblemKind.Unavailable, "the queue to Kafka is full (KafkaQueueMessages): nothing was sent, repeat it.");

    /// <summary>Delivers a batch.</summary>
    /// <param name="plan">The pushes. One that is not sent is replaced by the problem that prevented it.</param>
    /// <param name="idempotencyKey">The batch's key. Null for none.</param>
    /// <param name="claim">The claim to the key. Null for none.</param>
    /// <param name="cancellationToken">The caller left: pushes that are not sent yet are not sent any more.</param>
    /// <returns>What the broker said about each push. Null for those that were not sent.</returns>
    internal async Task<DeliveryResult?[]> SendAsync(
        BatchPlan plan, string? idempotencyKey, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        RefuseWhatNeverFits(plan.Lines.Span);
        var pieces = new List<Piece>();
        var oldest = 0;
        var endOfWait = CancellationToken.None;
        Problem? stop = null;
        for (var line = 0; line < plan.Lines.Count && stop is null;)
        {
            var mayGetRoom = Next(pieces, ref oldest) is not null;
            if (TrySend(plan, line, idempotencyKey) is { } sent)
            {
                pieces.Add(sent);
                line = sent.EndLine;
            }
            else if (!mayGetRoom)
            {
                // Others fill the queue.
                stop = QueueFull;
            }
            else if (Next(pieces, ref oldest) is { } waiting)
            {
                endOfWait = producer.BeginWait();
                stop = await StopAsync(waiting.Delivery, claim, endOfWait, cancellationToken);
            }
        }

        // After a stop, the last wait was for everything that is queued.
        endOfWait = stop is null ? producer.BeginWait() : endOfWait;
        foreach (var piece in pieces)
        {
            await producer.ResultAsync(piece.Delivery, endOfWait);
        }

        // What follows takes as long as many pushes, which are continued on the same thread.
        await Task.Yield();
        return ResultsOf(pieces, plan.Lines.Span, stop);
    }

    private void RefuseWhatNeverFits(Span<Outcome<PlannedLine>> lines)
    {
        foreach (ref var line in lines)
        {
            if (line.Is(out var push, out _) && producer.NeverFits(push.Records.Count) is { } never)
            {
                line = never;
            }
        }
    }

    // Queues as many pushes as there is room for, from a line on. Null if there is no room for the first one.
    private Piece? TrySend(BatchPlan plan, int start, string? idempotencyKey)
    {
        Span<PushRange> pushes = stackalloc PushRange[PiecePushes];
        for (var lines = Math.Min(PiecePushes, plan.Lines.Count - start); lines > 0; lines /= 2)
        {
            var count = 0;
            foreach (ref readonly var line in plan.Lines.Span.Slice(start, lines))
            {
                if (line.Is(out var push, out _))
                {
                    pushes[count++] = push.Records;
                }
            }

            if (producer.TrySend(plan.Records.Span, pushes[..count], idempotencyKey) is { } delivery)
            {
                return new Piece(delivery, start, start + lines);
            }
        }

        return null;
    }

    // Waits for an earlier piece. A problem if the batch must stop after it.
    private async Task<Problem?> StopAsync(
        PendingDelivery waiting, IdempotencyClaim? claim, CancellationToken endOfWait, CancellationToken cancellationToken)
    {
        await waiting.WaitAsync(endOfWait);
        await Task.Yield(); // As above.
        return producer.ResultOf(waiting) is { Outcome: DeliveryOutcome.Unknown } unknown ? unknown.NotTried()
            : cancellationToken.IsCancellationRequested ? CallerLeft
            : claim is null ? null
            : await claim.RenewAsync();
    }

    // The oldest piece of the batch that waits for the broker. Null if there is none.
    private static Piece? Next(List<Piece> pieces, ref int oldest)
    {
        while (oldest < pieces.Count && pieces[oldest].Delivery.IsCompleted)
        {
            oldest++;
        }

        return oldest < pieces.Count ? pieces[oldest] : null;
    }

    private DeliveryResult?[] ResultsOf(List<Piece> pieces, Span<Outcome<PlannedLine>> lines, Problem? stop)
    {
        var results = new DeliveryResult?[lines.Length];
        foreach (var piece in pieces)
        {
            var record = 0;
            for (var i = piece.StartLine; i < piece.EndLine; i++)
            {
                if (lines[i].Is(out var push, out _))
                {
                    results[i] = producer.ResultOf(piece.Delivery, record, push.Records.Count);
                    record += push.Records.Count;
                }
            }
        }

        for (var i = pieces.Count == 0 ? 0 : pieces[^1].EndLine; i < lines.Length; i++)
        {
            lines[i] = lines[i].Is(out _, out var problem) ? stop! : problem;
        }

        return results;
    }

    /// <summary>Lines whose pushes were queued together.</summary>
    private readonly record struct Piece(PendingDelivery Delivery, int StartLine, int EndLine);
}
