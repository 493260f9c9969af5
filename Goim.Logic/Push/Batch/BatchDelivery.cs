using Goim.Logic.Delivery;
using Goim.Logic.Idempotency;

namespace Goim.Logic.Push.Batch;

/// <summary>
/// Delivers the pushes of a batch in order. If the producer's queue cannot hold them all at once, they go through it piece by piece.
/// </summary>
public sealed class BatchDelivery(RecordProducer producer)
{
    private static readonly Problem CallerLeft = new(ProblemKind.Unavailable, "the caller left: nothing was sent.");
    private static readonly Problem QueueFull =
        new(ProblemKind.Unavailable, "the queue to Kafka is full (KafkaQueueMessages): nothing was sent, repeat it.");

    /// <summary>Delivers a batch.</summary>
    /// <param name="planned">The pushes. One that is not sent is replaced by the problem that prevented it.</param>
    /// <param name="idempotencyKey">The batch's key. Null for none.</param>
    /// <param name="claim">The claim to the key. Null for none.</param>
    /// <param name="cancellationToken">The caller left: pushes that are not sent yet are not sent any more.</param>
    /// <returns>What the broker said about each push. Null for those that were not sent.</returns>
    internal async Task<DeliveryResult?[]> SendAsync(
        Outcome<PushPlan>[] planned, string? idempotencyKey, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        var sending = new PendingDelivery?[planned.Length];
        var oldest = 0;
        var endOfWait = CancellationToken.None;
        Problem? stop = null;
        for (var i = 0; i < planned.Length; i++)
        {
            if (!planned[i].Is(out var plan, out _))
            {
                continue;
            }

            var never = producer.NeverFits(plan.Records.Length);
            while (stop is null && never is null && (sending[i] = producer.TrySend(plan.Records, idempotencyKey)) is null)
            {
                endOfWait = producer.BeginWait();
                stop = Next(sending, ref oldest, i) is { } waiting
                    ? await StopAsync(waiting, claim, endOfWait, cancellationToken)
                    : QueueFull;
            }

            if (sending[i] is null)
            {
                planned[i] = never ?? stop!;
            }
        }

        // After a stop, the last wait was for everything that is queued.
        endOfWait = stop is null ? producer.BeginWait() : endOfWait;
        var results = new DeliveryResult?[planned.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = sending[i] is { } sent ? await producer.ResultAsync(sent, endOfWait) : null;
        }

        return results;
    }

    // Waits for an earlier push. A problem if the batch must stop after it.
    private async Task<Problem?> StopAsync(
        PendingDelivery waiting, IdempotencyClaim? claim, CancellationToken endOfWait, CancellationToken cancellationToken)
    {
        await waiting.WaitAsync(endOfWait);
        return producer.ResultOf(waiting) is { Outcome: DeliveryOutcome.Unknown } unknown ? unknown.NotTried()
            : cancellationToken.IsCancellationRequested ? CallerLeft
            : claim is null ? null
            : await claim.RenewAsync();
    }

    // The oldest push of the batch that waits for the broker. Null if there is none.
    private static PendingDelivery? Next(PendingDelivery?[] sending, ref int oldest, int end)
    {
        while (oldest < end && sending[oldest] is null or { IsCompleted: true })
        {
            oldest++;
        }

        return oldest < end ? sending[oldest] : null;
    }
}
